package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

import javax.sql.DataSource;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.JoinedRecords;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps records in a table of a database: one home for all nodes that share it. Each verb
 * is a conditional change of one row, durable when it returns, on a connection that has
 * nothing to do with the caller's transaction, except for those that join it. All times
 * are those of the database.
 */
public final class JdbcIdempotencyStore implements IdempotencyStore {

	private static final Logger logger = LoggerFactory.getLogger(JdbcIdempotencyStore.class);

	/** Of Polish, Greek, Chinese, and beyond the first plane. */
	private static final String ANY_CHARACTER = "\u0142\u03a9\u6f22\ud83d\ude00";

	private final DataSource dataSource;

	private final JdbcDialect dialect;

	private final String tableName;

	private final RowReader reader;

	private final Statements statements;

	private final PooledConnections connections;

	private final ClaimProtocol claims;

	private final JdbcJoinedRecords joined;

	/**
	 * Creates the store; does not touch the database.
	 * @param dataSource gives connections to the one database that holds the table
	 * @param dialect the dialect of the database
	 * @param tableName the name of the table, with its schema if needed
	 * @throws IllegalArgumentException if that is not a name
	 */
	public JdbcIdempotencyStore(DataSource dataSource, JdbcDialect dialect, String tableName) {
		this(dataSource, dialect, tableName, () -> 0);
	}

	/**
	 * The same for connections that come from a pool.
	 * @param dataSource gives connections to the one database that holds the table
	 * @param dialect the dialect of the database
	 * @param tableName the name of the table, with its schema if needed
	 * @param poolSize the maximal number of connections, 0 if it is not known: callers
	 * that could use them up are warned of
	 * @throws IllegalArgumentException if that is not a name
	 */
	public JdbcIdempotencyStore(DataSource dataSource, JdbcDialect dialect, String tableName, IntSupplier poolSize) {
		this.dataSource = dataSource;
		this.dialect = dialect;
		this.tableName = tableName;
		this.statements = new Statements(dialect, tableName);
		this.connections = new PooledConnections(dataSource, dialect, new PoolExhaustionWarning(poolSize));
		this.reader = new RowReader(dialect, tableName, this.connections);
		this.claims = dialect.claims(tableName, this.statements, this.connections);
		this.joined = new JdbcJoinedRecords(dialect, tableName, this.statements, new TransactionConnection(dataSource),
				this.connections);
	}

	/**
	 * Checks that the table exists with all its columns, and that its rows can be read
	 * and changed.
	 * @throws MissingTableException if it does not exist
	 * @throws MissingPrivilegesException if the user may not do so
	 * @throws ReadOnlyDatabaseException if the database is read-only
	 * @throws IdempotencyStoreException if the database cannot be asked
	 */
	public void verifySchema() {
		DatabaseCall.attempt(null, "The table could not be checked.", () -> {
			try {
				verify();
				return true;
			}
			catch (SQLException ex) {
				Exception reason = this.dialect.explain(ex, this.dataSource, this.tableName);
				if (reason instanceof RuntimeException explained) {
					throw explained;
				}
				throw ex;
			}
		});
	}

	private void verify() throws SQLException {
		try {
			this.connections.updateAll(this.statements.verify(ANY_CHARACTER));
		}
		catch (SQLException ex) {
			if (!this.dialect.isUnstorable(ex)) {
				throw ex;
			}
			this.connections.updateAll(this.statements.verify("a"));
			logger.warn("The encoding of the database has not all characters. Calls whose key or scope has one that is "
					+ "missing are refused with InvalidIdempotencyKeyException. Keep the records in a database with the "
					+ "encoding UTF-8: {}", ex.getMessage());
		}
	}

	@Override
	public ClaimResult claim(Claim claim) {
		return DatabaseCall.attemptClaim(claim.ownership().key(), this.dialect, "The record could not be claimed.",
				() -> this.claims.claim(claim));
	}

	@Override
	public OwnershipResult complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return DatabaseCall.attempt(ownership.key(), "The outcome could not be recorded.",
				() -> answer(this.connections.update(this.statements.complete(ownership, outcome, ttl)) == 1
						|| this.reader.glance(ownership.key()).isFinishedBy(ownership.token())));
	}

	@Override
	public OwnershipResult release(Ownership ownership) {
		return DatabaseCall.attempt(ownership.key(), "The record could not be released.",
				() -> answer(this.connections.update(this.statements.release(ownership)) == 1
						|| this.reader.glance(ownership.key()).isReleasedBy(ownership.token())));
	}

	@Override
	public OwnershipResult abandon(Ownership ownership) {
		return DatabaseCall.attempt(ownership.key(), "The lease could not be ended.",
				() -> answer(this.connections.update(this.statements.abandon(ownership)) == 1
						// a driver may not count a row that is as it was
						|| this.reader.glance(ownership.key()).isInProgressOf(ownership.token())));
	}

	@Override
	public Set<Ownership> renew(Map<Ownership, Duration> leases) {
		if (leases.isEmpty()) {
			return Set.of();
		}
		List<Ownership> owners = new ArrayList<>(leases.size());
		List<Sql> batch = new ArrayList<>(leases.size());
		leases.forEach((ownership, lease) -> {
			owners.add(ownership);
			batch.add(this.statements.renew(ownership, lease));
		});
		int[] renewed = DatabaseCall.attempt(null, "The leases could not be renewed.",
				() -> this.connections.batch(batch));
		Set<Ownership> lost = new LinkedHashSet<>();
		for (int i = 0; i < renewed.length; i++) {
			if (renewed[i] == 0 || (renewed[i] < 0 && !isInProgress(owners.get(i)))) {
				lost.add(owners.get(i));
			}
		}
		return lost;
	}

	/**
	 * A driver may not say how many rows a statement of a batch has changed.
	 */
	private boolean isInProgress(Ownership ownership) {
		return DatabaseCall.attempt(ownership.key(), "The record could not be read.",
				() -> this.reader.glance(ownership.key()).isInProgressOf(ownership.token()));
	}

	@Override
	public OwnershipResult reserve(Ownership seen, Duration lease) {
		return DatabaseCall.attempt(seen.key(), "The abandoned attempt could not be reserved.",
				() -> answer(this.connections.update(this.statements.reserve(seen, lease)) == 1));
	}

	@Override
	public OwnershipResult settle(RecordKey key, long fencingToken, Settlement settlement) {
		Sql sql = (settlement instanceof Settlement.Finish finish)
				? this.statements.settle(key, fencingToken, finish.outcome(), finish.ttl())
				: this.statements.reopen(key, fencingToken);
		return DatabaseCall.attempt(key, "The abandoned attempt could not be settled.",
				() -> answer(this.connections.update(sql) == 1));
	}

	@Override
	public OwnershipResult forget(RecordKey key, long fencingToken) {
		return DatabaseCall.attempt(key, "The record could not be forgotten.",
				() -> answer(this.connections.update(this.statements.forget(key, fencingToken)) == 1));
	}

	@Override
	public Optional<IdempotencyRecord> find(RecordKey key) {
		RowSnapshot sight = DatabaseCall.attempt(key, "The record could not be read.", () -> this.reader.glance(key));
		return Optional.ofNullable(sight.row()).map((row) -> row.toRecord(sight.now()));
	}

	@Override
	public List<AbandonedAttempt> findAbandoned(int limit) {
		return DatabaseCall.attempt(null, "Abandoned attempts could not be listed.",
				() -> this.reader.findAbandoned(limit));
	}

	@Override
	public long countAbandoned() {
		return DatabaseCall.attempt(null, "Abandoned attempts could not be counted.", this.reader::countAbandoned);
	}

	@Override
	public int purge(int limit) {
		return DatabaseCall.attempt(null, "Expired records could not be purged.", () -> {
			try {
				return purge(this.statements.purge(limit));
			}
			catch (SQLException ex) {
				Optional<Sql> unlocked = this.statements.purgeUnlocked(limit);
				if (unlocked.isEmpty() || !this.dialect.isLocked(ex)) {
					throw ex;
				}
				return purge(unlocked.get());
			}
		});
	}

	private int purge(Sql sql) throws SQLException {
		return this.dialect.purgesAtReadCommitted()
				? this.connections.update(sql, Connection.TRANSACTION_READ_COMMITTED) : this.connections.update(sql);
	}

	@Override
	public boolean canJoinTransaction() {
		return this.dialect.canJoin();
	}

	@Override
	public JoinedRecords joined() {
		return canJoinTransaction() ? this.joined : IdempotencyStore.super.joined();
	}

	@Override
	public String describe() {
		return "jdbc (%s), table %s".formatted(this.dialect, this.tableName);
	}

	static OwnershipResult answer(boolean done) {
		return done ? OwnershipResult.CONFIRMED : OwnershipResult.LOST;
	}

}
