package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

/**
 * Finds out what the user of a database may not do with the table, after something was
 * denied.
 */
final class TablePrivileges {

	private final JdbcDialect dialect;

	private final DataSource dataSource;

	private final String table;

	TablePrivileges(JdbcDialect dialect, DataSource dataSource, String table) {
		this.dialect = dialect;
		this.dataSource = PooledConnections.withoutTransactions(dataSource);
		this.table = table;
	}

	/**
	 * The statements that give the user what it lacks. All four rights are named if it
	 * has each of them on some columns only.
	 */
	List<String> missing() throws SQLException {
		List<String> grants = new ArrayList<>();
		try (Connection connection = this.dataSource.getConnection()) {
			String user = text(connection, this.dialect.grantee());
			String hidden = hiddenSchema(connection);
			if (!hidden.isEmpty()) {
				grants.add("GRANT USAGE ON SCHEMA %s TO %s".formatted(hidden, user));
			}
			String verbs = hidden.isEmpty() ? denied() : text(connection, this.dialect.deniedIn(hidden, unqualified()));
			if (!verbs.isEmpty()) {
				grants.add("GRANT %s ON %s TO %s".formatted(verbs, qualified(connection, hidden), user));
			}
		}
		return grants;
	}

	/**
	 * The statement that lets the user create the table.
	 */
	String create() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			String schema = (this.table.indexOf('.') < 0) ? schemaOf(connection)
					: this.table.substring(0, this.table.indexOf('.'));
			return this.dialect.grantCreate().formatted(schema, text(connection, this.dialect.grantee()));
		}
	}

	/**
	 * The schema that has the table, or that is named, and is not to be looked into.
	 */
	String hiddenSchema() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			return hiddenSchema(connection);
		}
	}

	private String hiddenSchema(Connection connection) throws SQLException {
		int dot = this.table.indexOf('.');
		return text(connection,
				this.dialect.hiddenSchema((dot < 0) ? "" : this.table.substring(0, dot), unqualified()));
	}

	private String denied() throws SQLException {
		Map<String, String> statements = new LinkedHashMap<>();
		statements.put("SELECT", "SELECT status FROM " + this.table + " WHERE 1 = 0");
		statements.put("INSERT",
				"INSERT INTO " + this.table + " (status) SELECT 3 FROM " + this.dialect.oneRow() + " WHERE 1 = 0");
		statements.put("UPDATE", "UPDATE " + this.table + " SET status = 3 WHERE 1 = 0");
		statements.put("DELETE", "DELETE FROM " + this.table + " WHERE 1 = 0");
		List<String> denied = new ArrayList<>();
		for (Map.Entry<String, String> each : statements.entrySet()) {
			// a transaction that has failed takes no other statement
			try (Connection connection = this.dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute(each.getValue());
			}
			catch (SQLException ex) {
				if (this.dialect.isDenied(ex)) {
					denied.add(each.getKey());
				}
			}
		}
		return String.join(", ", denied.isEmpty() ? statements.keySet() : denied);
	}

	private String unqualified() {
		return this.table.substring(this.table.indexOf('.') + 1);
	}

	private String qualified(Connection connection, String hidden) throws SQLException {
		if (this.table.indexOf('.') >= 0) {
			return this.table;
		}
		String schema = hidden.isEmpty() ? schemaOf(connection) : hidden;
		return schema.isEmpty() ? this.table : schema + "." + this.table;
	}

	private String schemaOf(Connection connection) throws SQLException {
		return text(connection, this.dialect.currentSchema());
	}

	private static String text(Connection connection, String query) throws SQLException {
		if (query.isEmpty()) {
			return "";
		}
		try (Statement statement = connection.createStatement(); ResultSet result = statement.executeQuery(query)) {
			String text = result.next() ? result.getString(1) : null;
			return (text != null) ? text : "";
		}
	}

}
