package io.idempotent.store.jdbc;

/**
 * The table of the records cannot be changed.
 */
public final class ReadOnlyDatabaseException extends RuntimeException {

	private final String tableName;

	ReadOnlyDatabaseException(String tableName, Throwable cause) {
		super("The table '%s' cannot be changed: the database is read-only.".formatted(tableName), cause);
		this.tableName = tableName;
	}

	/**
	 * The name of the table.
	 * @return the name as configured
	 */
	public String tableName() {
		return this.tableName;
	}

}
