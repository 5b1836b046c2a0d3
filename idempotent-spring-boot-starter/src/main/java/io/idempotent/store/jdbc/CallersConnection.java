package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs all statements on the connection of the caller's transaction. Nothing is repeated:
 * that is up to whoever can repeat the whole transaction.
 */
final class CallersConnection implements Connections {

	private final DataSource dataSource;

	CallersConnection(DataSource dataSource) {
		this.dataSource = OwnConnections.withoutTransactions(dataSource);
	}

	boolean isTransactionActive() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.getResource(this.dataSource) instanceof ConnectionHolder;
	}

	@Override
	public boolean areJoined() {
		return true;
	}

	@Override
	public <T> T run(Work<T> work) throws SQLException {
		if (!isTransactionActive()) {
			throw new IllegalTransactionStateException(
					"There is no transaction of the database that holds the idempotency records on this thread");
		}
		Connection connection = DataSourceUtils.doGetConnection(this.dataSource);
		try {
			return work.on(connection);
		}
		finally {
			DataSourceUtils.doReleaseConnection(connection, this.dataSource);
		}
	}

}
