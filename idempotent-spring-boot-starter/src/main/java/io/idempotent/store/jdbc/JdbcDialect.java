package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

/**
 * What is different about a database: how it tells the time, words a statement, reports
 * an error and claims a record. Found by {@link #detect} or {@link #forPlatform}.
 */
public abstract class JdbcDialect {

	private static final Set<String> MISSING = Set.of("42S02", "42S03", "42S04", "42S22", "90079", "42P01", "42703",
			"3F000");

	private final String platform;

	private final String product;

	JdbcDialect(String platform, String product) {
		this.platform = platform;
		this.product = product;
	}

	/**
	 * Finds the dialect of a database by the name of its product.
	 * @param dataSource gives a connection to it
	 * @return the dialect
	 * @throws IllegalStateException if the database cannot be asked or is not known, with
	 * a sentence that names the property {@code idempotent.jdbc.platform}
	 */
	public static JdbcDialect detect(DataSource dataSource) {
		try (Connection connection = dataSource.getConnection()) {
			return detect(connection);
		}
		catch (SQLException ex) {
			throw unreachable(ex);
		}
	}

	/**
	 * Finds the dialect of a database by the name of its product.
	 * @param connection a connection to it, left as it is
	 * @return the dialect
	 * @throws IllegalStateException if the database cannot be asked or is not known, with
	 * a sentence that names the property {@code idempotent.jdbc.platform}
	 */
	public static JdbcDialect detect(Connection connection) {
		try {
			String product = connection.getMetaData().getDatabaseProductName();
			return all().stream()
				.filter((dialect) -> dialect.product.equalsIgnoreCase(product))
				.findFirst()
				.orElseThrow(() -> new IllegalStateException(("The database '%s' is not known to the idempotency "
						+ "store. If it behaves like one of %s, set idempotent.jdbc.platform to that.")
					.formatted(product, platforms())));
		}
		catch (SQLException ex) {
			throw unreachable(ex);
		}
	}

	/**
	 * Finds a dialect by the name of its platform.
	 * @param platform such as {@code h2}
	 * @return the dialect
	 * @throws IllegalArgumentException if there is none, with a sentence that names the
	 * property {@code idempotent.jdbc.platform}
	 */
	public static JdbcDialect forPlatform(String platform) {
		return all().stream()
			.filter((dialect) -> dialect.platform.equalsIgnoreCase(platform))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"The value '%s' of idempotent.jdbc.platform is not one of %s.".formatted(platform, platforms())));
	}

	private static List<JdbcDialect> all() {
		return List.of(new H2Dialect());
	}

	private static List<String> platforms() {
		return all().stream().map(JdbcDialect::platform).toList();
	}

	private static IllegalStateException unreachable(SQLException ex) {
		return new IllegalStateException("The database could not be asked what it is. Make it reachable at start, "
				+ "or set idempotent.jdbc.platform to one of %s.".formatted(platforms()), ex);
	}

	/**
	 * The name of the platform: that of the schema script.
	 * @return such as {@code h2}
	 */
	public final String platform() {
		return this.platform;
	}

	/**
	 * The name of the database.
	 */
	@Override
	public final String toString() {
		return this.product;
	}

	/**
	 * The time of the database when the statement runs, not when its transaction began.
	 */
	abstract String now();

	/**
	 * The same, later by a bound number of milliseconds.
	 */
	abstract String nowPlusMillis();

	/**
	 * Whole microseconds since 1970 as a bigint.
	 */
	abstract String epochMicros(String time);

	/**
	 * A table that has one row.
	 */
	String oneRow() {
		return "(VALUES (1))";
	}

	/**
	 * Ends a SELECT or DELETE that is limited to a bound number of rows.
	 */
	String limit() {
		return "FETCH FIRST ? ROWS ONLY";
	}

	/**
	 * Deletes up to a bound number of rows that fulfil the condition.
	 */
	String purge(String table, String condition) {
		return "DELETE FROM " + table + " WHERE " + condition + " " + limit();
	}

	Object bind(UUID token) {
		return token;
	}

	ClaimProtocol claims(RowReader reader, Statements statements, OwnConnections connections) {
		return new PortableClaim(this, reader, statements, connections);
	}

	/**
	 * Whether a row was not inserted because one with the same primary key exists.
	 */
	abstract boolean isDuplicateKey(SQLException ex);

	/**
	 * Whether the database has undone the statement on account of another one running at
	 * the same time, and asks for it to be repeated.
	 */
	abstract boolean isTransient(SQLException ex);

	/**
	 * Whether a table, column or schema does not exist.
	 */
	boolean isMissing(SQLException ex) {
		return SqlErrors.anyOf(ex, (error) -> MISSING.contains(error.getSQLState()));
	}

}
