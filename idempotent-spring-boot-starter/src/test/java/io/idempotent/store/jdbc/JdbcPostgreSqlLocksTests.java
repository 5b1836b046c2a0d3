package io.idempotent.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Transactions that join many records, beside others: the locks of the server, of which
 * there are few, are not used up, and all else is as with few records.
 */
@Timeout(60)
class JdbcPostgreSqlLocksTests {

	private static final int MANY = 200;

	private static final Duration LONG = Duration.ofHours(1);

	private final HikariDataSource pool = TestDatabase.POSTGRESQL.pool(8);

	private final IdempotencyStore store = TestDatabase.POSTGRESQL.store(this.pool);

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	private final TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));

	private final ExecutorService others = Executors.newCachedThreadPool();

	@AfterEach
	void close() {
		this.others.shutdownNow();
		assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		assertThat(locks()).isZero();
		this.pool.close();
	}

	private long locks() {
		return this.jdbc.queryForObject("""
				SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
				WHERE locktype = 'advisory' AND d.datname = current_database()""", Long.class);
	}

	private <T> T elsewhere(Callable<T> call) {
		try {
			return this.others.submit(call).get(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Claim claim(String key) {
		return new Claim(new Ownership(new RecordKey("", "batch", key), UUID.randomUUID()), null, LONG, LONG, null);
	}

	private void join(String key) {
		Claim claim = claim(key);
		assertThat(this.store.joined().claim(claim)).isInstanceOf(ClaimResult.Acquired.class);
		assertThat(this.store.joined()
			.complete(claim.ownership(), new StoredOutcome(false, "json/1", key.getBytes(StandardCharsets.UTF_8)),
					LONG))
			.isEqualTo(OwnershipResult.CONFIRMED);
	}

	private void joinMany(String prefix) {
		for (int i = 0; i < MANY; i++) {
			join(prefix + i);
		}
	}

	/** Whoever meets the records of an open transaction, in a transaction and without. */
	private void assertOthersGoOn(String prefix) {
		for (String key : new String[] { prefix + 0, prefix + (MANY / 2), prefix + (MANY - 1) }) {
			elsewhere(() -> this.transaction.execute((status) -> {
				assertThat(this.store.joined().claim(claim(key))).as(key).isInstanceOf(ClaimResult.InProgress.class);
				join("after " + key);
				assertThat(this.store.joined().claim(claim("after " + key))).isInstanceOf(ClaimResult.Finished.class);
				return this.jdbc.queryForObject("SELECT 1", Integer.class);
			}));
			assertThat(elsewhere(() -> this.store.claim(claim(key)))).as(key)
				.isInstanceOf(ClaimResult.InProgress.class);
			assertThat(elsewhere(() -> this.store.claim(claim("beside " + key))))
				.isInstanceOf(ClaimResult.Acquired.class);
		}
	}

	@Test
	void aTransactionThatJoinsManyRecordsHoldsFewLocksAndAllElseIsAsEver() {
		this.transaction.executeWithoutResult((status) -> {
			joinMany("k-");
			assertThat(elsewhere(this::locks)).isBetween(2L, 65L);
			assertOthersGoOn("k-");
			assertThat(this.store.joined().claim(claim("k-150"))).isInstanceOf(ClaimResult.Finished.class);
		});
		assertThat(this.store.claim(claim("k-150"))).isInstanceOf(ClaimResult.Finished.class);
		this.transaction.executeWithoutResult((status) -> {
			for (int i = 0; i < MANY; i++) {
				assertThat(this.store.joined().claim(claim("k-" + i))).isInstanceOf(ClaimResult.Finished.class);
			}
			assertThat(elsewhere(this::locks)).isZero();
		});
	}

	@Test
	void whatItRollsBackIsOpenAgain() {
		this.transaction.executeWithoutResult((status) -> {
			joinMany("k-");
			status.setRollbackOnly();
		});
		assertThat(this.store.claim(claim("k-0"))).isInstanceOf(ClaimResult.Acquired.class);
		assertThat(this.store.claim(claim("k-150"))).isInstanceOf(ClaimResult.Acquired.class);
	}

	@Test
	void recordsThatWereReleasedBeforeAreNoException() {
		for (int i = 0; i < MANY; i++) {
			Claim claim = claim("r-" + i);
			this.store.claim(claim);
			this.store.release(claim.ownership());
		}
		this.transaction.executeWithoutResult((status) -> {
			joinMany("r-");
			assertThat(elsewhere(this::locks)).isBetween(2L, 65L);
			assertOthersGoOn("r-");
		});
	}

	@Test
	void twoOfThemMeetEachOther() {
		this.transaction.executeWithoutResult((status) -> {
			joinMany("a-");
			elsewhere(() -> this.transaction.execute((other) -> {
				joinMany("b-");
				assertThat(elsewhere(this::locks)).isBetween(3L, 130L);
				for (int i : new int[] { 0, 100, 199 }) {
					assertThat(this.store.joined().claim(claim("a-" + i))).isInstanceOf(ClaimResult.InProgress.class);
				}
				join("b-last");
				assertOthersGoOn("b-");
				return true;
			}));
			join("a-last");
		});
		assertThat(this.store.claim(claim("a-199"))).isInstanceOf(ClaimResult.Finished.class);
		assertThat(this.store.claim(claim("b-199"))).isInstanceOf(ClaimResult.Finished.class);
	}

	@Test
	void aTransactionOfItsOwnInsideOfItCountsForItselfAndSavepointsMayRollBack() {
		TransactionTemplate inner = new TransactionTemplate(this.transaction.getTransactionManager(),
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
		TransactionTemplate nested = new TransactionTemplate(this.transaction.getTransactionManager(),
				new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NESTED));
		this.transaction.executeWithoutResult((status) -> {
			nested.executeWithoutResult((part) -> {
				joinMany("n-");
				part.setRollbackOnly();
			});
			join("n-150");
			inner.executeWithoutResult((other) -> {
				assertThat(this.store.joined().claim(claim("n-150"))).isInstanceOf(ClaimResult.InProgress.class);
				joinMany("i-");
			});
			joinMany("k-");
			assertThat(elsewhere(this::locks)).isLessThanOrEqualTo(65L);
			assertOthersGoOn("k-");
		});
		assertThat(this.store.claim(claim("i-150"))).isInstanceOf(ClaimResult.Finished.class);
	}

}
