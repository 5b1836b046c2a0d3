package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;

/**
 * Claims a record with statements that every database has:
 * <ol>
 * <li>SELECT the row and the time; if others have it, that is the answer.</li>
 * <li>No row: INSERT one; a duplicate key means that somebody else was faster.</li>
 * <li>A row that is open: UPDATE it, if it still is what was seen.</li>
 * <li>A lost race: begin again, a few times, then fail; never fall through.</li>
 * <li>Another transaction has the row and keeps it: it is in progress there.</li>
 * </ol>
 */
final class PortableClaim implements ClaimProtocol {

	private static final int ROUNDS = 5;

	private static final long PAUSE_NANOS = 500_000;

	private final JdbcDialect dialect;

	private final RowReader reader;

	private final Statements statements;

	private final Connections connections;

	PortableClaim(JdbcDialect dialect, RowReader reader, Statements statements, Connections connections) {
		this.dialect = dialect;
		this.reader = reader;
		this.statements = statements;
		this.connections = connections;
	}

	@Override
	public ClaimResult claim(Claim claim) throws SQLException {
		for (int round = 0; round < ROUNDS; round++) {
			RowSnapshot sight = this.reader.look(claim.ownership().key());
			StoredRow row = sight.row();
			if (row != null && !row.isOpenFor(claim, sight.now())) {
				return row.toAnswer(claim, sight.now());
			}
			ClaimResult.Acquired acquired = (row != null) ? row.next(sight.now())
					: new ClaimResult.Acquired(1, sight.now());
			try {
				boolean won = (row != null) ? take(claim, row, acquired) : insert(claim, acquired);
				if (won) {
					return acquired;
				}
			}
			catch (SQLException ex) {
				if (this.dialect.isLocked(ex)) {
					return new ClaimResult.InProgress(null);
				}
				throw ex;
			}
			pause(round);
		}
		throw new SQLTransientException("Lost " + ROUNDS + " races for the record");
	}

	private boolean insert(Claim claim, ClaimResult.Acquired acquired) throws SQLException {
		try {
			return this.connections.update(this.statements.insert(claim, acquired.fencingToken())) == 1;
		}
		catch (SQLException ex) {
			if (this.dialect.isDuplicateKey(ex)) {
				return false;
			}
			throw ex;
		}
	}

	private boolean take(Claim claim, StoredRow seen, ClaimResult.Acquired acquired) throws SQLException {
		return this.connections.update(this.statements.take(claim, seen, acquired)) == 1;
	}

	/** Lets those who race for the same record come one by one. */
	private static void pause(int round) {
		if (round > 0) {
			LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS << round));
		}
	}

}
