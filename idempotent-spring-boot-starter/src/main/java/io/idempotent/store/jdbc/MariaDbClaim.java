package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.util.UUID;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * Claims a record with one statement that inserts the row, or updates it if it is open,
 * and answers what is there then. The assignments are made from the left to the right, on
 * values that are changed already: first those that do not decide whether the row is
 * open, then the owner, and then the others by whether the owner is the new one. It does
 * not wait for another transaction that has the row: inside of the caller's transaction
 * not at all, on a connection of its own as long as another statement takes.
 */
final class MariaDbClaim implements ClaimProtocol {

	private static final String EXPIRED = "(status = 3 OR (status IN (1, 2) AND expires_at <= utc_timestamp(6)))";

	private static final String MINE = "owner_token = VALUES(owner_token)";

	private final JdbcDialect dialect;

	private final String table;

	private final Connections connections;

	private final String claim;

	MariaDbClaim(JdbcDialect dialect, String table, Connections connections) {
		this.dialect = dialect;
		this.table = table;
		this.connections = connections;
		this.claim = text(null);
	}

	@Override
	public ClaimResult claim(Claim claim) throws SQLException {
		RecordKey key = claim.ownership().key();
		Sql sql = Sql.of((claim.takeover() != null) ? text(claim.takeover()) : this.claim, key.toId(), key.scope(),
				key.operation(), key.key(), this.dialect.bind(claim.ownership().token()),
				Statements.bytes(claim.fingerprint()), Statements.millis(claim.lease()), Statements.millis(claim.ttl()))
			// the driver would put a second SET STATEMENT before that of the text
			.within(0);
		try {
			RowSnapshot sight = this.connections.list(sql, (row) -> RowSnapshot.read(row, key, this.dialect, true))
				.get(0);
			return sight.requireRow().toAnswer(claim, sight.now());
		}
		catch (SQLException ex) {
			if (this.dialect.isLocked(ex)) {
				return new ClaimResult.InProgress(null);
			}
			throw ex;
		}
	}

	private String text(@Nullable UUID takeover) {
		// written out, as it would have to be bound many times: hexadecimal digits only
		String open = (takeover == null) ? EXPIRED
				: "(%s OR (status = 0 AND lease_until <= utc_timestamp(6) AND owner_token = '%s'))".formatted(EXPIRED,
						takeover);
		String abandoned = "(status = 0 AND lease_until <= utc_timestamp(6))";
		return """
				SET STATEMENT innodb_lock_wait_timeout = %1$s, max_statement_time = 10 FOR
				INSERT INTO %2$s (record_id, scope, operation, idem_key, status, owner_token, attempt, fence, fingerprint,
				  lease_until, expires_at, created_at)
				VALUES (?, ?, ?, ?, 0, ?, 1, %3$s, ?, %4$s, %4$s, utc_timestamp(6))
				ON DUPLICATE KEY UPDATE
				  attempt = IF(%5$s, attempt + 1, attempt),
				  fence = IF(%5$s, GREATEST(fence + 1, VALUES(fence)), fence),
				  fingerprint = IF(%5$s, VALUES(fingerprint), fingerprint),
				  created_at = IF(%5$s, VALUES(created_at), created_at),
				  completed_at = IF(%5$s, NULL, completed_at),
				  result_type = IF(%5$s, NULL, result_type),
				  result = IF(%5$s, NULL, result),
				  owner_token = IF(%5$s, VALUES(owner_token), owner_token),
				  lease_until = IF(%6$s AND (%7$s OR %8$s), VALUES(lease_until), lease_until),
				  status = IF(%6$s AND %7$s, 0, status),
				  expires_at = IF(%6$s AND status = 0, VALUES(expires_at), expires_at)
				RETURNING %9$s, result"""
			.formatted(this.connections.areJoined() ? 0 : 1, this.table, this.dialect.epochMicros("utc_timestamp(6)"),
					this.dialect.later(), open, MINE, EXPIRED, abandoned,
					RowReader.columns(this.dialect, "utc_timestamp(6)", ""));
	}

}
