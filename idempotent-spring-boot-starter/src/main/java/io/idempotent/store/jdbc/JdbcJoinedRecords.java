package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

import javax.sql.DataSource;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.JoinedRecords;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;

import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.StringUtils;

/**
 * The records inside of the caller's transaction.
 */
final class JdbcJoinedRecords implements JoinedRecords {

	private final JdbcDialect dialect;

	private final String table;

	private final Statements statements;

	private final TransactionConnection connection;

	private final PooledConnections others;

	private final RowReader reader;

	private final ClaimProtocol claims;

	JdbcJoinedRecords(JdbcDialect dialect, String table, Statements statements, TransactionConnection connection,
			PooledConnections others) {
		this.dialect = dialect;
		this.table = table;
		this.statements = statements;
		this.connection = connection;
		this.others = others;
		this.reader = new RowReader(dialect, table, connection);
		this.claims = dialect.claims(table, statements, connection);
	}

	@Override
	public boolean isTransactionActive() {
		return this.connection.isTransactionActive();
	}

	@Override
	public Optional<String> adopt() {
		if (isTransactionActive()) {
			return Optional.empty();
		}
		Optional<String> obstacle = Optional.of("its transactions have no connection of a DataSource");
		for (DataSource candidate : TransactionConnection.inTransaction()) {
			obstacle = DatabaseCall.attempt(null, "It could not be tried out whether two DataSources share the table.",
					() -> obstacle(candidate));
			if (obstacle.isEmpty()) {
				this.connection.use(candidate);
				return obstacle;
			}
		}
		return obstacle;
	}

	/**
	 * What is in the way of keeping records through another {@code DataSource}: a row
	 * that is written through the one is to be seen through the other, whatever their
	 * addresses look like.
	 */
	private Optional<String> obstacle(DataSource candidate) throws SQLException {
		if (DataSourceUnwrapper.unwrap(candidate, AbstractRoutingDataSource.class) != null) {
			return Optional.of("its DataSource is a routing one, so that records would have several homes");
		}
		Ownership probe = new Ownership(new RecordKey("", "idempotent.probe", UUID.randomUUID().toString()),
				UUID.randomUUID());
		TransactionConnection transaction = new TransactionConnection(candidate);
		this.others.update(this.statements.probe(probe));
		try {
			if (!new RowReader(this.dialect, this.table, transaction).glance(probe.key()).isReleasedBy(probe.token())) {
				return Optional.of("its DataSource has another table of the name '%s'".formatted(this.table));
			}
			transaction.updateAll(this.statements.verify("a"));
			return Optional.empty();
		}
		catch (SQLException ex) {
			String why = String.valueOf(this.dialect.explain(ex, candidate, this.table).getMessage());
			return Optional.of("the table '%s' cannot be used through its DataSource: %s".formatted(this.table,
					StringUtils.trimTrailingCharacter(why.strip(), '.')));
		}
		finally {
			this.others.update(this.statements.forget(probe.key(), Statements.PROBE_FENCE));
		}
	}

	@Override
	public ClaimResult claim(Claim claim) {
		return DatabaseCall.attemptClaim(claim.ownership().key(), this.dialect,
				"The record could not be claimed in the transaction.", () -> explained(() -> this.claims.claim(claim)));
	}

	@Override
	public OwnershipResult complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return DatabaseCall.attempt(ownership.key(), "The outcome could not be recorded in the transaction.",
				() -> explained(() -> JdbcIdempotencyStore
					.answer(this.connection.update(this.statements.complete(ownership, outcome, ttl)) == 1
							|| this.reader.glance(ownership.key()).isFinishedBy(ownership.token()))));
	}

	private <T> T explained(DatabaseCall<T> call) throws SQLException {
		try {
			return call.run();
		}
		catch (SQLException ex) {
			if (this.dialect.isTransient(ex)) {
				throw new SQLException(
						"The transaction lost against a concurrent one and has to be repeated as a whole",
						ex.getSQLState(), ex.getErrorCode(), ex);
			}
			throw ex;
		}
	}

	@Override
	public Optional<String> caution() {
		return DatabaseCall
			.attempt(null, "The database could not be asked how long transactions may be idle.",
					() -> new PooledConnections(this.connection.dataSource(), this.dialect,
							new PoolExhaustionWarning(() -> 0))
						.run(this.dialect::unboundedIdleTransactions))
			.map((setting) -> ("On %s, %s: a client that hangs in a transaction would lock its idempotency records "
					+ "until its connection breaks. Set a limit for idle transactions.")
				.formatted(this.dialect, setting));
	}

}
