package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.ResourceHolderSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs all statements on the connection of the caller's transaction. Nothing is repeated:
 * that is up to whoever can repeat the whole transaction.
 */
final class TransactionConnection implements Connections {

	private volatile DataSource dataSource;

	TransactionConnection(DataSource dataSource) {
		this.dataSource = PooledConnections.withoutTransactions(dataSource);
	}

	/**
	 * The {@code DataSource} whose transactions are joined.
	 */
	DataSource dataSource() {
		return this.dataSource;
	}

	/**
	 * Joins transactions of another {@code DataSource} from now on.
	 */
	void use(DataSource other) {
		this.dataSource = other;
	}

	/**
	 * All that the present transaction has connections of.
	 */
	static List<DataSource> inTransaction() {
		List<DataSource> all = new ArrayList<>();
		TransactionSynchronizationManager.getResourceMap().forEach((key, resource) -> {
			if (key instanceof DataSource candidate && resource instanceof ConnectionHolder) {
				all.add(candidate);
			}
		});
		return all;
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
	public int locks() {
		return (TransactionSynchronizationManager.getResource(this) instanceof Locks locks) ? locks.count : 0;
	}

	@Override
	public void countLock() {
		Locks locks = (Locks) TransactionSynchronizationManager.getResource(this);
		if (locks == null) {
			locks = new Locks();
			TransactionSynchronizationManager.bindResource(this, locks);
			TransactionSynchronizationManager.registerSynchronization(new ResourceHolderSynchronization<>(locks, this) {
			});
		}
		locks.count++;
	}

	@Override
	public <T> T run(Work<T> work) throws SQLException {
		if (!isTransactionActive()) {
			throw new IllegalTransactionStateException(
					"There is no transaction of the database that holds the idempotency records on this thread");
		}
		DataSource joined = this.dataSource;
		Connection connection = DataSourceUtils.doGetConnection(joined);
		try {
			return work.on(connection);
		}
		finally {
			DataSourceUtils.doReleaseConnection(connection, joined);
		}
	}

	/** Belongs to one transaction, also while that is suspended. */
	private static final class Locks extends ResourceHolderSupport {

		private int count;

	}

}
