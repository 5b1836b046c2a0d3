package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.ClaimResult.Acquired;
import io.idempotent.store.ClaimResult.Finished;
import io.idempotent.store.JoinedRecords;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What long transactions do to others, and what they see of them.
 */
@Timeout(60)
class JdbcPostgreSqlTransactionTests {

	private static final Duration TTL = Duration.ofHours(1);

	private static final RecordKey KEY = new RecordKey("tenant", "contract.submit", "order-4711");

	private final HikariDataSource pool = TestDatabase.POSTGRESQL.pool(4);

	private final JdbcIdempotencyStore store = TestDatabase.POSTGRESQL.store(this.pool);

	@AfterEach
	void close() {
		this.pool.close();
	}

	private static Claim claim(RecordKey key) {
		return new Claim(new Ownership(key, UUID.randomUUID()), null, Duration.ofSeconds(30), TTL, null);
	}

	private void finish(RecordKey key, Duration ttl) {
		Claim claim = claim(key);
		assertThat(this.store.claim(claim)).isInstanceOf(Acquired.class);
		this.store.complete(claim.ownership(), outcome(1), ttl);
	}

	private static StoredOutcome outcome(int number) {
		return new StoredOutcome(false, "json/1", new byte[] { (byte) number });
	}

	private static <T> T elsewhere(Supplier<T> work) {
		return CompletableFuture.supplyAsync(work).orTimeout(10, TimeUnit.SECONDS).join();
	}

	@Test
	void aTransactionThatHasOnlyReplayedKeepsNobodyFromClaiming() {
		finish(KEY, TTL);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));
		transaction.executeWithoutResult((status) -> {
			assertThat(this.store.joined().claim(claim(KEY))).isInstanceOf(Finished.class);
			ClaimResult other = elsewhere(() -> {
				long fence = this.store.find(KEY).orElseThrow().fencingToken();
				assertThat(this.store.forget(KEY, fence)).isEqualTo(OwnershipResult.CONFIRMED);
				return this.store.claim(claim(KEY));
			});
			assertThat(other).isInstanceOf(Acquired.class);
		});
	}

	@Test
	void atRepeatableReadATransactionReplaysWhatItHasRecordedAlthoughItStillSeesWhatWasPurged() {
		finish(KEY, Duration.ofMillis(1));
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));
		transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		transaction.executeWithoutResult((status) -> {
			JoinedRecords records = this.store.joined();
			// takes the snapshot
			assertThat(records.claim(claim(new RecordKey("", "other", "key")))).isInstanceOf(Acquired.class);
			await().until(() -> elsewhere(() -> this.store.purge(10)) == 1);
			Claim claim = claim(KEY);
			assertThat(records.claim(claim)).isInstanceOf(Acquired.class);
			assertThat(records.complete(claim.ownership(), outcome(2), TTL)).isEqualTo(OwnershipResult.CONFIRMED);
			assertThat(records.claim(claim(KEY))).isInstanceOfSatisfying(Finished.class,
					(finished) -> assertThat(finished.outcome().body()).containsExactly(2));
		});
	}

	@Test
	void thePurgeOfATableWithPartitionsLeavesOutWhatTransactionsHaveAndNothingElse() throws SQLException {
		Partitions.create(this.pool);
		for (int i = 0; i < 40; i++) {
			finish(new RecordKey("", "purge", "key " + i), Duration.ofMillis(1));
		}
		try (Connection connection = this.pool.getConnection(); Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			// others have rows of other partitions in the same places
			statement.execute("SELECT 1 FROM idempotency_record_0 FOR UPDATE");
			await().untilAsserted(() -> {
				elsewhere(() -> this.store.purge(100));
				assertThat(TestDatabase.number(this.pool, "SELECT COUNT(*) FROM idempotency_record"))
					.isEqualTo(TestDatabase.number(this.pool, "SELECT COUNT(*) FROM idempotency_record_0"))
					.isPositive();
			});
			connection.rollback();
			connection.setAutoCommit(true);
		}
		this.store.purge(100);
		assertThat(TestDatabase.number(this.pool, "SELECT COUNT(*) FROM idempotency_record")).isZero();
	}

}
