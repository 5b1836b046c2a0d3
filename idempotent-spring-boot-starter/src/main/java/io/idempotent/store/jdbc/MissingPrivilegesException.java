package io.idempotent.store.jdbc;

import java.util.List;

/**
 * The user of the database may not do all that records need.
 */
public final class MissingPrivilegesException extends RuntimeException {

	private final String tableName;

	private final List<String> grants;

	MissingPrivilegesException(String tableName, List<String> grants, Throwable cause) {
		super("The user of the database lacks rights on the table '%s': %s.".formatted(tableName,
				String.join("; ", grants)), cause);
		this.tableName = tableName;
		this.grants = List.copyOf(grants);
	}

	/**
	 * The name of the table.
	 * @return the name as configured
	 */
	public String tableName() {
		return this.tableName;
	}

	/**
	 * The statements that give the user what it lacks, in the words of the database.
	 * @return one or more statements without semicolon
	 */
	public List<String> grants() {
		return this.grants;
	}

}
