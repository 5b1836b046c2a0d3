package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * Runs each statement on a connection and in a transaction of its own, so that it is
 * durable at once and never part of the caller's transaction, and never holds a
 * connection while it waits for another. A statement that lost against a concurrent one
 * is repeated a few times.
 */
final class OwnConnections {

	private static final int TRIES = 5;

	private final DataSource dataSource;

	private final JdbcDialect dialect;

	OwnConnections(DataSource dataSource, JdbcDialect dialect) {
		this.dataSource = withoutTransactions(dataSource);
		this.dialect = dialect;
	}

	private static DataSource withoutTransactions(DataSource dataSource) {
		DataSource target = dataSource;
		while (target instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
			target = proxy.getTargetDataSource();
		}
		return target;
	}

	int update(Sql sql) throws SQLException {
		return run(sql, PreparedStatement::executeUpdate);
	}

	/**
	 * Runs statements that differ in their parameters only, in one round trip.
	 * @return the number of rows that each has changed
	 */
	int[] batch(List<Sql> batch) throws SQLException {
		return run(batch.get(0), (statement) -> {
			for (Sql sql : batch) {
				sql.bindTo(statement);
				statement.addBatch();
			}
			return statement.executeBatch();
		});
	}

	<T> List<T> list(Sql sql, RowMapping<T> reader) throws SQLException {
		return run(sql, (statement) -> {
			List<T> rows = new ArrayList<>();
			try (ResultSet result = statement.executeQuery()) {
				while (result.next()) {
					rows.add(reader.read(result));
				}
			}
			return rows;
		});
	}

	private <T> T run(Sql sql, Work<T> work) throws SQLException {
		for (int left = TRIES - 1;; left--) {
			try (Connection connection = open()) {
				return run(connection, sql, work);
			}
			catch (SQLException ex) {
				if (left == 0 || !this.dialect.isTransient(ex)) {
					throw ex;
				}
			}
		}
	}

	private Connection open() throws SQLException {
		try {
			return this.dataSource.getConnection();
		}
		catch (RuntimeException ex) {
			// a pool that cannot start may say so unchecked
			throw new SQLNonTransientConnectionException("No connection", ex);
		}
	}

	private static <T> T run(Connection connection, Sql sql, Work<T> work) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		try (PreparedStatement statement = connection.prepareStatement(sql.text())) {
			sql.bindTo(statement);
			T result = work.on(statement);
			if (!autoCommit) {
				connection.commit();
			}
			return result;
		}
		catch (SQLException | RuntimeException ex) {
			if (!autoCommit) {
				rollback(connection, ex);
			}
			throw ex;
		}
	}

	private static void rollback(Connection connection, Exception cause) {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			cause.addSuppressed(ex);
		}
	}

	/** Reads one row. */
	interface RowMapping<T> {

		T read(ResultSet row) throws SQLException;

	}

	private interface Work<T> {

		T on(PreparedStatement statement) throws SQLException;

	}

}
