package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

/**
 * Finds the {@link JdbcDialect} of a database.
 */
public final class JdbcDialects {

	private JdbcDialects() {
	}

	/**
	 * Finds it by the name of the product; a database that is not known gets the portable
	 * one.
	 * @param dataSource gives a connection to it
	 * @return the dialect
	 * @throws IllegalStateException if the database cannot be asked, with a sentence that
	 * names the property {@code idempotent.jdbc.platform}
	 */
	public static JdbcDialect detect(DataSource dataSource) {
		try (Connection connection = dataSource.getConnection()) {
			return detect(connection);
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The database could not be asked what it is. Make it reachable at start, "
					+ "or set idempotent.jdbc.platform to one of %s.".formatted(platforms()), ex);
		}
	}

	static JdbcDialect detect(Connection connection) throws SQLException {
		String product = connection.getMetaData().getDatabaseProductName();
		return all().stream()
			.filter((dialect) -> dialect.product().equalsIgnoreCase(product))
			.findFirst()
			.orElseGet(() -> new PortableDialect(PortableDialect.PLATFORM, product));
	}

	/**
	 * Finds it by the name of its platform.
	 * @param platform such as {@code h2}
	 * @return the dialect
	 * @throws IllegalArgumentException if there is none, with a sentence that names the
	 * property {@code idempotent.jdbc.platform}
	 */
	public static JdbcDialect forPlatform(String platform) {
		return all().stream()
			.filter((dialect) -> dialect.platform().equalsIgnoreCase(platform))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException(
					"The value '%s' of idempotent.jdbc.platform is not one of %s.".formatted(platform, platforms())));
	}

	private static List<JdbcDialect> all() {
		return List.of(new PostgreSqlDialect(), new MariaDbDialect(), new MySqlDialect(), new H2Dialect(),
				new SqlServerDialect(), new OracleDialect(), new PortableDialect("hsqldb", "HSQL Database Engine"),
				new PortableDialect("derby", "Apache Derby"),
				new PortableDialect(PortableDialect.PLATFORM, "Any other database"));
	}

	private static List<String> platforms() {
		return all().stream().map(JdbcDialect::platform).toList();
	}

}
