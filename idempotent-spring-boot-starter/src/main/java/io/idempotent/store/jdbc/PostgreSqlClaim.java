package io.idempotent.store.jdbc;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Collections;
import java.util.Comparator;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * Claims a record with one statement, unless it is to be used again:
 * <ol>
 * <li>Take a lock on the record that lasts as long as the transaction: an exclusive one
 * if that is the caller's, a shared one if it is ours. Whoever does not get it knows that
 * another transaction has the record, so that nobody ever waits for one, and no statement
 * fails, after which the transaction could only be rolled back. A caller's transaction,
 * which may be long, takes none to replay.</li>
 * <li>With the lock, insert the row, or do nothing if there is one: unlike an update
 * whose condition fails, that writes nothing. Without it, do not even try.</li>
 * <li>Read the row that was there before. If it is not open, that is the answer.</li>
 * <li>If it is open, and the lock was free: update it, again with the lock, if it still
 * is what was seen.</li>
 * <li>Neither inserted nor read nor updated: somebody else was faster. Begin again, a few
 * times, then fail.</li>
 * </ol>
 */
final class PostgreSqlClaim implements ClaimProtocol {

	private static final int ROUNDS = 5;

	private final JdbcDialect dialect;

	private final Statements statements;

	private final Connections connections;

	private final String lock;

	private final String claim;

	PostgreSqlClaim(JdbcDialect dialect, String table, Statements statements, Connections connections) {
		this.dialect = dialect;
		this.statements = statements;
		this.connections = connections;
		this.lock = connections.areJoined() ? "pg_try_advisory_xact_lock(?)" : "pg_try_advisory_xact_lock_shared(?)";
		this.claim = """
				WITH n AS MATERIALIZED (SELECT clock_timestamp() AS now, %2$s AS free),
				c AS (
				  INSERT INTO %1$s (record_id, scope, operation, idem_key, status, owner_token, attempt, fence,
				    fingerprint, lease_until, expires_at, created_at)
				  SELECT ?, ?, ?, ?, 0, ?, 1, %3$s, ?, n.now + ? * interval '1 millisecond',
				    n.now + ? * interval '1 millisecond', n.now
				  FROM n WHERE n.free
				  ON CONFLICT (record_id) DO NOTHING
				  RETURNING fence)
				SELECT %4$s, r.result, n.free, c.fence AS won
				FROM n LEFT JOIN %1$s r ON r.record_id = ? LEFT JOIN c ON TRUE""".formatted(table,
				connections.areJoined() ? unlessReplayed(table) : this.lock, dialect.epochMicros("n.now"),
				RowReader.columns(dialect, "n.now", "r."));
	}

	private String unlessReplayed(String table) {
		return """
				CASE WHEN EXISTS (SELECT 1 FROM %s WHERE record_id = ? AND status IN (1, 2)
				AND expires_at > clock_timestamp()) THEN FALSE ELSE %s END""".formatted(table, this.lock);
	}

	@Override
	public ClaimAnswer claim(Claim claim) throws SQLException {
		byte[] id = claim.ownership().key().toId();
		Sql sql = toSql(claim, id);
		for (int round = 0; round < ROUNDS; round++) {
			Found found = Collections.max(this.connections.list(sql, (row) -> read(row, claim)),
					Comparator.comparing(Found::sight));
			if (found.won() != null) {
				return new ClaimAnswer.Acquired(1, found.won());
			}
			StoredRow row = found.sight().row();
			long now = found.sight().now();
			if (row != null && !row.isOpenFor(claim, now)) {
				return row.toAnswer(claim, now);
			}
			if (!found.free()) {
				return new ClaimAnswer.InProgress(null);
			}
			if (row != null && take(claim, row, now, id)) {
				return row.next(now);
			}
		}
		throw new SQLTransientException("Lost " + ROUNDS + " races for the record");
	}

	private boolean take(Claim claim, StoredRow seen, long now, byte[] id) throws SQLException {
		return this.connections
			.update(this.statements.take(claim, seen, seen.next(now)).and(this.lock, lockOf(id))) == 1;
	}

	private Sql toSql(Claim claim, byte[] id) {
		RecordKey key = claim.ownership().key();
		Object free = this.connections.areJoined() ? new Object[] { id, lockOf(id) } : lockOf(id);
		return Sql.of(this.claim, free, id, key.scope(), key.operation(), key.key(), claim.ownership().token(),
				Statements.bytes(claim.fingerprint()), Statements.millis(claim.lease()), Statements.millis(claim.ttl()),
				id);
	}

	/** Other records with the same lock seem to be in progress for an instant. */
	private static long lockOf(byte[] id) {
		return ByteBuffer.wrap(id).getLong();
	}

	private Found read(ResultSet row, Claim claim) throws SQLException {
		Sight sight = Sight.read(row, claim.ownership().key(), this.dialect, true);
		long won = row.getLong("won");
		return new Found(row.wasNull() ? null : won, sight, row.getBoolean("free"));
	}

	/**
	 * What came of the statement.
	 *
	 * @param won the fencing token, null if the row was not inserted
	 * @param sight the row that was there before
	 * @param free whether no other transaction has the record
	 */
	private record Found(@Nullable Long won, Sight sight, boolean free) {
	}

}
