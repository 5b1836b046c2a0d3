package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a call costs PostgreSQL besides the round trip.
 */
class JdbcPostgreSqlCostTests {

	private static final Duration TTL = Duration.ofHours(1);

	private final HikariDataSource pool = TestDatabase.POSTGRESQL.pool(2);

	private final JdbcIdempotencyStore store = TestDatabase.POSTGRESQL.store(this.pool);

	@AfterEach
	void close() {
		this.pool.close();
	}

	private static Claim claim(String key) {
		return new Claim(new Ownership(new RecordKey("tenant", "contract.submit", key), UUID.randomUUID()), null,
				Duration.ofSeconds(30), TTL, null);
	}

	@Test
	void duplicateWritesNothingAndTakesNoTransactionId() {
		Claim first = claim("order-4711");
		this.store.claim(first);
		this.store.complete(first.ownership(), new StoredOutcome(false, "json/1", new byte[] { 1 }), TTL);
		String version = "SELECT xmin::text::bigint + xmax::text::bigint FROM idempotency_record";
		String nextTransaction = "SELECT txid_snapshot_xmax(txid_current_snapshot())";
		long versionBefore = TestDatabase.number(this.pool, version);
		await().untilAsserted(() -> {
			// somebody else may write as well
			long before = TestDatabase.number(this.pool, nextTransaction);
			for (int i = 0; i < 20; i++) {
				assertThat(this.store.claim(claim("order-4711"))).isInstanceOf(ClaimResult.Finished.class);
			}
			assertThat(TestDatabase.number(this.pool, nextTransaction)).isEqualTo(before);
		});
		assertThat(TestDatabase.number(this.pool, version)).isEqualTo(versionBefore);
	}

	@Test
	@Timeout(10)
	void anExpiredRecordThatAnotherTransactionHasIsLeftOutOfThePurge() throws SQLException {
		for (String key : List.of("first", "held", "last")) {
			Claim claim = claim(key);
			this.store.claim(claim);
			this.store.complete(claim.ownership(), new StoredOutcome(false, "json/1", new byte[] { 1 }), TTL);
		}
		TestDatabase.execute(this.pool,
				"UPDATE idempotency_record SET expires_at = clock_timestamp() - interval '1 hour'");
		try (Connection other = this.pool.getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.executeUpdate("UPDATE idempotency_record SET fence = fence + 1 WHERE idem_key = 'held'");
			assertThat(this.store.purge(10)).isEqualTo(2);
			assertThat(this.store.purge(10)).isZero();
			other.rollback();
		}
		assertThat(this.store.purge(10)).isOne();
	}

	/** Rows of different partitions have the same place. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void thePurgeOfATableWithPartitionsDeletesExpiredRecordsOnly(boolean locked) throws SQLException {
		TestDatabase.execute(this.pool,
				"""
						ALTER TABLE idempotency_record RENAME TO plain;
						CREATE TABLE idempotency_record (LIKE plain INCLUDING ALL) PARTITION BY HASH (record_id);
						CREATE TABLE one PARTITION OF idempotency_record FOR VALUES WITH (MODULUS 2, REMAINDER 0);
						CREATE TABLE two PARTITION OF idempotency_record FOR VALUES WITH (MODULUS 2, REMAINDER 1);
						INSERT INTO idempotency_record SELECT sha256(i::text::bytea), '', 'filler', i::text, 1, gen_random_uuid(), 1, i,
						NULL, NULL, clock_timestamp() + interval '1 hour', clock_timestamp(), clock_timestamp(), 'json/1', NULL
						FROM generate_series(1, 100) i;
						UPDATE one SET expires_at = clock_timestamp() - interval '1 hour'""");
		// to the places where they were
		TestDatabase.execute(this.pool, "VACUUM FULL one");
		long live = TestDatabase.number(this.pool, "SELECT count(*) FROM two");
		long expired = TestDatabase.number(this.pool, "SELECT count(*) FROM one");
		try (Connection other = this.pool.getConnection(); Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			if (locked) {
				statement.executeUpdate(
						"UPDATE one SET fence = fence + 1 WHERE record_id = (SELECT min(record_id) FROM one)");
			}
			assertThat(this.store.purge(1_000)).isEqualTo((int) expired - (locked ? 1 : 0));
			other.rollback();
		}
		assertThat(TestDatabase.number(this.pool, "SELECT count(*) FROM two")).isEqualTo(live);
	}

}
