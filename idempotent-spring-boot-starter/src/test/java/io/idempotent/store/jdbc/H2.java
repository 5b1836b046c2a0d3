package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

import javax.sql.DataSource;

import org.h2.jdbcx.JdbcConnectionPool;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * New databases in memory that hold the table and nothing else.
 */
final class H2 {

	private H2() {
	}

	static String url(String settings) {
		return "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" + settings;
	}

	static DataSource create(String settings) throws SQLException {
		DataSource dataSource = JdbcConnectionPool.create(url(settings), "sa", "");
		createSchema(dataSource);
		return dataSource;
	}

	static void createSchema(DataSource dataSource) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			ScriptUtils.executeSqlScript(connection,
					new ClassPathResource("io/idempotent/store/jdbc/h2/R__idempotency_record.sql"));
		}
		execute(dataSource, VirtualClock.ALIAS);
	}

	static JdbcIdempotencyStore store(DataSource dataSource) {
		return new JdbcIdempotencyStore(dataSource, JdbcDialects.forPlatform("h2"), "idempotency_record");
	}

	/** An empty store whose time is that of the {@link VirtualClock}. */
	static JdbcIdempotencyStore virtualStore(DataSource dataSource) throws SQLException {
		execute(dataSource, "DELETE FROM idempotency_record");
		return new JdbcIdempotencyStore(dataSource, new H2Dialect("VIRTUAL_NOW()"), "idempotency_record");
	}

	static void execute(DataSource dataSource, String sql) throws SQLException {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
			if (!connection.getAutoCommit()) {
				connection.commit();
			}
		}
	}

	static long number(DataSource dataSource, String sql) throws SQLException {
		try (Connection connection = dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(sql)) {
			result.next();
			return result.getLong(1);
		}
	}

}
