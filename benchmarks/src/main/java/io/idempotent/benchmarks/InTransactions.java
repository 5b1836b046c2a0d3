package io.idempotent.benchmarks;

import java.sql.SQLException;
import java.util.UUID;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The same statements as by hand, each in a transaction of its own that
 * {@code REQUIRES_NEW} opens: the usual way to make them durable whatever the caller's
 * transaction becomes.
 */
final class InTransactions extends ByHand {

	private final TransactionTemplate transaction;

	InTransactions(DataSource dataSource, String table) {
		super(new TransactionAwareDataSourceProxy(dataSource), table, 0);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	@Override
	void claim(byte[] id, String key, UUID token) {
		inTransaction(() -> super.claim(id, key, token));
	}

	@Override
	void complete(byte[] id, UUID token, byte[] result) {
		inTransaction(() -> super.complete(id, token, result));
	}

	private void inTransaction(Statement statement) {
		this.transaction.executeWithoutResult((status) -> {
			try {
				statement.run();
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private interface Statement {

		void run() throws SQLException;

	}

}
