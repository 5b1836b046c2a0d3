package io.idempotent.store.jdbc;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.UUID;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.RecordKey;

/**
 * Claims a record with one statement, a read-guarded upsert:
 * <ol>
 * <li>Read the row. If it is not open, that is the answer, and nothing is written: unlike
 * an upsert whose condition fails, which locks the row and costs a transaction id.</li>
 * <li>Else take a lock on the record that lasts as long as the transaction: an exclusive
 * one if that is the caller's, a shared one if it is ours. Whoever does not get it is
 * told at once that another transaction has the record, so that nobody ever waits for
 * one, and no statement fails, after which the transaction could only be rolled
 * back.</li>
 * <li>Insert the row, or update it if it still is open.</li>
 * <li>No row at all: somebody else was faster. Begin again, a few times, then fail.</li>
 * </ol>
 */
final class PostgreSqlClaim implements ClaimProtocol {

	private static final int ROUNDS = 5;

	/** No attempt has it: they are random. */
	private static final UUID NO_TOKEN = new UUID(0, 0);

	private final JdbcDialect dialect;

	private final Connections connections;

	private final String claim;

	PostgreSqlClaim(JdbcDialect dialect, String table, Connections connections) {
		this.dialect = dialect;
		this.connections = connections;
		this.claim = """
				WITH n AS MATERIALIZED (SELECT clock_timestamp() AS now),
				e AS MATERIALIZED (
				  SELECT r.* FROM %1$s r, n WHERE r.record_id = ?
				  AND (r.status = 3 OR (r.status IN (1, 2) AND r.expires_at <= n.now)
				    OR (r.status = 0 AND r.lease_until <= n.now AND r.owner_token = ?)) IS NOT TRUE),
				l AS MATERIALIZED (SELECT %2$s(?) AS got WHERE NOT EXISTS (SELECT 1 FROM e)),
				c AS (
				  INSERT INTO %1$s AS t (record_id, scope, operation, idem_key, status, owner_token, attempt, fence,
				    fingerprint, lease_until, expires_at, created_at)
				  SELECT ?, ?, ?, ?, 0, ?, 1, %3$s, ?, n.now + ? * interval '1 millisecond',
				    n.now + ? * interval '1 millisecond', n.now
				  FROM n, l WHERE l.got
				  ON CONFLICT (record_id) DO UPDATE SET status = 0, owner_token = excluded.owner_token,
				    attempt = t.attempt + 1, fence = greatest(t.fence + 1, excluded.fence),
				    fingerprint = excluded.fingerprint, lease_until = excluded.lease_until,
				    expires_at = excluded.expires_at, created_at = excluded.created_at,
				    completed_at = NULL, result_type = NULL, result = NULL
				  WHERE (t.scope, t.operation, t.idem_key) = (excluded.scope, excluded.operation, excluded.idem_key)
				    AND (t.status = 3 OR (t.status IN (1, 2) AND t.expires_at <= excluded.created_at)
				      OR (t.status = 0 AND t.lease_until <= excluded.created_at AND t.owner_token = ?))
				  RETURNING t.*)
				SELECT %4$s, NOT coalesce(l.got, TRUE) AS locked
				FROM n LEFT JOIN (SELECT * FROM e UNION ALL SELECT * FROM c) r ON TRUE LEFT JOIN l ON TRUE""".formatted(
				table, connections.areJoined() ? "pg_try_advisory_xact_lock" : "pg_try_advisory_xact_lock_shared",
				dialect.epochMicros("n.now"), RowReader.columns(dialect, "n.now", "r.") + ", r.result");
	}

	@Override
	public ClaimAnswer claim(Claim claim) throws SQLException {
		RecordKey key = claim.ownership().key();
		Sql sql = toSql(claim, key);
		for (int round = 0; round < ROUNDS; round++) {
			Found found = this.connections
				.list(sql, (row) -> new Found(Sight.read(row, key, this.dialect, true), row.getBoolean("locked")))
				.get(0);
			if (found.locked()) {
				return new ClaimAnswer.InProgress(null);
			}
			StoredRow row = found.sight().row();
			if (row != null) {
				return row.toAnswer(claim, found.sight().now());
			}
		}
		throw new SQLTransientException("Lost " + ROUNDS + " races for the record");
	}

	private Sql toSql(Claim claim, RecordKey key) {
		byte[] id = key.toId();
		UUID takeover = (claim.takeover() != null) ? claim.takeover() : NO_TOKEN;
		return Sql.of(this.claim, id, takeover, ByteBuffer.wrap(id).getLong(), id, key.scope(), key.operation(),
				key.key(), claim.ownership().token(), Statements.bytes(claim.fingerprint()),
				Statements.millis(claim.lease()), Statements.millis(claim.ttl()), takeover);
	}

	private record Found(Sight sight, boolean locked) {
	}

}
