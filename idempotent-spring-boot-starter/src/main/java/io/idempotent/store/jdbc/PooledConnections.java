package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/**
 * Runs each statement on a connection and in a transaction of its own, so that it is
 * durable at once and never part of the caller's transaction, and never holds a
 * connection while it waits for another. A statement that lost against a concurrent one
 * is repeated a few times.
 */
final class PooledConnections implements Connections {

	private static final int TRIES = 5;

	private final DataSource dataSource;

	private final JdbcDialect dialect;

	private final PoolExhaustionWarning second;

	PooledConnections(DataSource dataSource, JdbcDialect dialect, PoolExhaustionWarning second) {
		this.dataSource = withoutTransactions(dataSource);
		this.dialect = dialect;
		this.second = second;
	}

	static DataSource withoutTransactions(DataSource dataSource) {
		DataSource target = dataSource;
		while (target instanceof TransactionAwareDataSourceProxy proxy && proxy.getTargetDataSource() != null) {
			target = proxy.getTargetDataSource();
		}
		return target;
	}

	@Override
	public boolean areJoined() {
		return false;
	}

	@Override
	public <T> T run(Work<T> work) throws SQLException {
		return this.second.count(this.dataSource, () -> {
			for (int left = TRIES - 1;; left--) {
				try (Connection connection = open()) {
					return run(connection, work);
				}
				catch (SQLException ex) {
					if (left == 0 || !this.dialect.isTransient(ex)) {
						throw ex;
					}
				}
			}
		});
	}

	/**
	 * Runs a statement under another isolation level than that of the pool.
	 */
	int update(Sql sql, int isolation) throws SQLException {
		return run((connection) -> {
			int former = connection.getTransactionIsolation();
			connection.setTransactionIsolation(isolation);
			try (PreparedStatement statement = sql.prepare(connection)) {
				return statement.executeUpdate();
			}
			finally {
				connection.setTransactionIsolation(former);
			}
		});
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

	private static <T> T run(Connection connection, Work<T> work) throws SQLException {
		boolean autoCommit = connection.getAutoCommit();
		try {
			T result = work.on(connection);
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

}
