package io.idempotent.store.jdbc;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * Claims a record with one statement, unless it is to be used again:
 * <ol>
 * <li>Take a lock on the record that lasts as long as the transaction: an exclusive one
 * if that is the caller's, a shared one if it is ours. A claim that does not get it knows
 * that another transaction has the record, so that none ever waits for one, and no
 * statement fails, after which the transaction could only be rolled back. A caller's
 * transaction, which may be long, takes none to replay.</li>
 * <li>With the lock, insert the row, or do nothing if there is one: unlike an update
 * whose condition fails, that writes nothing. Without it, do not even try.</li>
 * <li>Read the row that was there before. If it is not open, that is the answer.</li>
 * <li>If it is open, and the lock was free: update it, again with the lock, if it still
 * is what was seen.</li>
 * <li>Neither inserted nor read nor updated: another claim was faster. Begin again, a few
 * times, then fail.</li>
 * </ol>
 * The server has room for few locks. A caller's transaction that has taken
 * {@value #LOCKS} keeps no other: it looks whether the lock is free, and marks itself as
 * one whose records have none. While there is such a transaction, a claim in another one
 * may have to wait for its end: it is made within a savepoint and a time limit, so that
 * it can be given up. A claim of ours, which waits on a connection of its own, has a time
 * limit anyway.
 */
final class PostgreSqlClaim implements ClaimProtocol {

	/** As many as the server reserves for each transaction, if that is not configured. */
	private static final int LOCKS = 64;

	private static final int ROUNDS = 5;

	/**
	 * Of the transactions that have records without lock; no record has it but by chance.
	 */
	private static final String MARK = "4842165303179825217";

	private static final String UNMARKED = "CASE WHEN pg_try_advisory_lock(%1$s) THEN pg_advisory_unlock(%1$s) ELSE FALSE END"
		.formatted(MARK);

	/** Limits how long our own transaction waits for others. */
	private static final String BRIEFLY = "(SELECT set_config('lock_timeout', '50', TRUE)) IS NOT NULL";

	/** What a time limit of the driver makes of a statement. */
	private static final String CANCELED = "57014";

	private final JdbcDialect dialect;

	private final String table;

	private final Statements statements;

	private final Connections connections;

	private final String claim;

	PostgreSqlClaim(JdbcDialect dialect, String table, Statements statements, Connections connections) {
		this.dialect = dialect;
		this.table = table;
		this.statements = statements;
		this.connections = connections;
		this.claim = connections.areJoined() ? text(Lock.KEPT.inCallersTransaction(table), UNMARKED)
				: text(Lock.SHARED.sql, BRIEFLY);
	}

	/**
	 * @param free takes the lock, and says whether it was free
	 * @param safe whether no other transaction can have the record without a lock
	 */
	private String text(String free, String safe) {
		return """
				WITH n AS MATERIALIZED (SELECT clock_timestamp() AS now, %2$s AS free, %3$s AS safe),
				c AS (
				  INSERT INTO %1$s (record_id, scope, operation, idem_key, status, owner_token, attempt, fence,
				    fingerprint, lease_until, expires_at, created_at)
				  SELECT ?, ?, ?, ?, 0, ?, 1, %4$s, ?, n.now + ? * interval '1 millisecond',
				    n.now + ? * interval '1 millisecond', n.now
				  FROM n WHERE n.free AND n.safe
				  ON CONFLICT (record_id) DO NOTHING
				  RETURNING fence)
				SELECT %5$s, r.result, n.free, n.safe, c.fence AS won
				FROM n LEFT JOIN %1$s r ON r.record_id = ? LEFT JOIN c ON TRUE""".formatted(this.table, free, safe,
				this.dialect.epochMicros("n.now"), RowReader.columns(this.dialect, "n.now", "r."));
	}

	@Override
	public ClaimResult claim(Claim claim) throws SQLException {
		try {
			return claim(claim, false);
		}
		catch (SQLException ex) {
			if (!this.connections.areJoined() && this.dialect.isLocked(ex)) {
				return new ClaimResult.InProgress(null);
			}
			throw ex;
		}
	}

	private ClaimResult claim(Claim claim, boolean limited) throws SQLException {
		byte[] id = claim.ownership().key().toId();
		for (int round = 0; round < ROUNDS; round++) {
			Lock lock = lock();
			Found found = Collections.max(
					this.connections.list(toSql(claim, id, lock, limited), (row) -> read(row, claim)),
					Comparator.comparing(Found::sight));
			if (found.free() && lock == Lock.KEPT) {
				this.connections.countLock();
			}
			if (found.won() != null) {
				return new ClaimResult.Acquired(1, found.won());
			}
			StoredRow row = found.sight().row();
			long now = found.sight().now();
			if (row != null && !row.isOpenFor(claim, now)) {
				return row.toAnswer(claim, now);
			}
			if (!found.free()) {
				return new ClaimResult.InProgress(null);
			}
			if (!found.safe()) {
				// another claim that looks for the mark has it for an instant
				if (round > 0) {
					return limited(claim);
				}
				continue;
			}
			if (row != null && take(claim, row, now, id, lock, limited)) {
				return row.next(now);
			}
		}
		throw new SQLTransientException("Lost " + ROUNDS + " races for the record");
	}

	/**
	 * Claims a record that another transaction may have without a lock, and gives up if
	 * it has.
	 */
	private ClaimResult limited(Claim claim) throws SQLException {
		return this.connections.run((connection) -> {
			Savepoint savepoint = connection.setSavepoint();
			try {
				ClaimResult answer = claim(claim, true);
				connection.releaseSavepoint(savepoint);
				return answer;
			}
			catch (SQLException ex) {
				if (!SqlErrors.hasState(ex, CANCELED)) {
					throw ex;
				}
				connection.rollback(savepoint);
				return new ClaimResult.InProgress(null);
			}
		});
	}

	private Lock lock() {
		if (!this.connections.areJoined()) {
			return Lock.SHARED;
		}
		return (this.connections.locks() < LOCKS) ? Lock.KEPT : Lock.TESTED;
	}

	private boolean take(Claim claim, StoredRow seen, long now, byte[] id, Lock lock, boolean limited)
			throws SQLException {
		Sql sql = this.statements.take(claim, seen, seen.next(now)).and(lock.sql, lock.parameters(lockOf(id)));
		if (lock == Lock.SHARED) {
			return this.connections.update(sql.and(BRIEFLY)) == 1;
		}
		return this.connections.update(limited ? sql.within(1) : sql) == 1;
	}

	private Sql toSql(Claim claim, byte[] id, Lock lock, boolean limited) {
		RecordKey key = claim.ownership().key();
		boolean usual = lock != Lock.TESTED && !limited;
		List<Object> free = new ArrayList<>(List.of(lock.parameters(lockOf(id))));
		if (this.connections.areJoined()) {
			free.add(0, id);
		}
		Sql sql = Sql.of(usual ? this.claim : text(lock.inCallersTransaction(this.table), limited ? "TRUE" : UNMARKED),
				free.toArray(), id, key.scope(), key.operation(), key.key(), claim.ownership().token(),
				Statements.bytes(claim.fingerprint()), Statements.millis(claim.lease()), Statements.millis(claim.ttl()),
				id);
		return limited ? sql.within(1) : sql;
	}

	/** Other records with the same lock seem to be in progress for an instant. */
	private static long lockOf(byte[] id) {
		return ByteBuffer.wrap(id).getLong();
	}

	/** How the lock on a record is taken. */
	private enum Lock {

		/** Until our own transaction ends, beside others of ours. */
		SHARED("pg_try_advisory_xact_lock_shared(?)"),

		/** Until the caller's transaction ends. */
		KEPT("pg_try_advisory_xact_lock(?)"),

		/** For an instant, in a transaction that is marked until it ends. */
		TESTED("""
				CASE WHEN pg_advisory_xact_lock_shared(%s) IS NOT NULL AND pg_try_advisory_lock(?)
				THEN pg_advisory_unlock(?) ELSE FALSE END""".formatted(MARK));

		private final String sql;

		Lock(String sql) {
			this.sql = sql;
		}

		Object[] parameters(long lock) {
			return (this == TESTED) ? new Object[] { lock, lock } : new Object[] { lock };
		}

		/** None is taken to replay. */
		String inCallersTransaction(String table) {
			return """
					CASE WHEN EXISTS (SELECT 1 FROM %s WHERE record_id = ? AND status IN (1, 2)
					AND expires_at > clock_timestamp()) THEN FALSE ELSE %s END""".formatted(table, this.sql);
		}

	}

	private Found read(ResultSet row, Claim claim) throws SQLException {
		RowSnapshot sight = RowSnapshot.read(row, claim.ownership().key(), this.dialect, true);
		long won = row.getLong("won");
		return new Found(row.wasNull() ? null : won, sight, row.getBoolean("free"), row.getBoolean("safe"));
	}

	/**
	 * What came of the statement.
	 *
	 * @param won the fencing token, null if the row was not inserted
	 * @param sight the row that was there before
	 * @param free whether no other transaction has the lock on the record
	 * @param safe whether none can have the record without it
	 */
	private record Found(@Nullable Long won, RowSnapshot sight, boolean free, boolean safe) {
	}

}
