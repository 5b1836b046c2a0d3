package io.idempotent.store.jdbc;

/**
 * The table of the records, or one of its columns, does not exist.
 */
public final class MissingTableException extends RuntimeException {

	private final String tableName;

	private final String platform;

	MissingTableException(String tableName, String platform, Throwable cause) {
		super("The table '%s' is missing or lacks a column.".formatted(tableName), cause);
		this.tableName = tableName;
		this.platform = platform;
	}

	/**
	 * The name of the table.
	 * @return the name as configured
	 */
	public String tableName() {
		return this.tableName;
	}

	/**
	 * The platform whose script creates the table.
	 * @return such as {@code h2}
	 */
	public String platform() {
		return this.platform;
	}

}
