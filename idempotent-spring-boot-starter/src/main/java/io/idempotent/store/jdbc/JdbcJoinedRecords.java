package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.JoinedRecords;
import io.idempotent.store.OwnerAnswer;
import io.idempotent.store.Ownership;
import io.idempotent.store.StoredOutcome;

/**
 * The records inside of the caller's transaction.
 */
final class JdbcJoinedRecords implements JoinedRecords {

	private final JdbcDialect dialect;

	private final Statements statements;

	private final CallersConnection connection;

	private final OwnConnections others;

	private final RowReader reader;

	private final ClaimProtocol claims;

	JdbcJoinedRecords(JdbcDialect dialect, String table, Statements statements, CallersConnection connection,
			OwnConnections others) {
		this.dialect = dialect;
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
	public ClaimAnswer claim(Claim claim) {
		return DatabaseCall.attemptClaim(claim.ownership().key(), this.dialect,
				"The record could not be claimed in the transaction.", () -> explained(() -> this.claims.claim(claim)));
	}

	@Override
	public OwnerAnswer complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
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
					() -> this.others.run(this.dialect::unboundedIdleTransactions))
			.map((setting) -> ("On %s, %s: a client that hangs in a transaction would lock its idempotency records "
					+ "until its connection breaks. Set a limit for idle transactions.")
				.formatted(this.dialect, setting));
	}

}
