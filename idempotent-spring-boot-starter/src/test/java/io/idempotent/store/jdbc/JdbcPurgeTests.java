package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The purge beside traffic, on several nodes at once.
 */
@ParameterizedClass
@EnumSource(names = { "POSTGRESQL", "MARIADB", "MYSQL", "H2" })
@Timeout(60)
class JdbcPurgeTests {

	private static final int EXPIRED = 1_000;

	private final ExecutorService threads = Executors.newFixedThreadPool(8);

	private final TestDatabase database;

	private HikariDataSource pool;

	private JdbcIdempotencyStore store;

	JdbcPurgeTests(TestDatabase database) {
		this.database = database;
	}

	@BeforeEach
	void create() {
		this.pool = this.database.pool(16);
		this.store = this.database.store(this.pool);
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.pool.close();
	}

	private static Claim claim(String key, Duration lease) {
		return new Claim(new Ownership(new RecordKey("", "purge", key), UUID.randomUUID()), null, lease,
				Duration.ofHours(1), null);
	}

	private void finish(String key, Duration ttl) {
		Claim claim = claim(key, Duration.ofSeconds(30));
		this.store.claim(claim);
		this.store.complete(claim.ownership(), new StoredOutcome(false, "json/1", new byte[] { 1 }), ttl);
	}

	private void expire(int count) throws Exception {
		List<Future<?>> all = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			String key = "expired " + i;
			all.add(this.threads.submit(() -> finish(key, Duration.ofMillis(1))));
		}
		for (Future<?> each : all) {
			each.get();
		}
		await().until(() -> this.store.claim(claim("expired " + (count - 1), Duration.ofMillis(1))),
				ClaimResult.Acquired.class::isInstance);
	}

	@Test
	void nodesThatPurgeAtOnceDeleteEachExpiredRecordOnceAndNothingElse() throws Exception {
		finish("kept", Duration.ofHours(1));
		this.store.claim(claim("live", Duration.ofSeconds(30)));
		this.store.claim(claim("abandoned", Duration.ofMillis(1)));
		expire(EXPIRED);
		List<Future<Integer>> nodes = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			nodes.add(this.threads.submit(() -> {
				JdbcIdempotencyStore node = this.database.store(this.pool);
				int total = 0;
				for (int purged = 1; purged > 0; total += purged) {
					purged = node.purge(50);
				}
				return total;
			}));
		}
		int purged = 0;
		for (Future<Integer> node : nodes) {
			purged += node.get();
		}
		purged += this.store.purge(EXPIRED);
		// the last expired record was claimed again
		assertThat(purged).isEqualTo(EXPIRED - 1);
		assertThat(TestDatabase.number(this.pool, "SELECT COUNT(*) FROM idempotency_record")).isEqualTo(4);
	}

	@Test
	void aPurgeInTheMiddleOfItsWorkKeepsNobodyFromClaiming() throws Exception {
		finish("kept", Duration.ofHours(1));
		expire(50);
		Statements statements = new Statements(JdbcDialects.detect(this.pool), "idempotency_record");
		try (Connection connection = this.pool.getConnection()) {
			connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
			connection.setAutoCommit(false);
			try (PreparedStatement purge = statements.purge(1_000).prepare(connection)) {
				assertThat(purge.executeUpdate()).isEqualTo(49);
			}
			List<Future<ClaimResult>> claims = new ArrayList<>();
			for (int i = 0; i < 50; i++) {
				String key = "new " + i;
				claims.add(this.threads.submit(() -> this.store.claim(claim(key, Duration.ofSeconds(30)))));
			}
			for (Future<ClaimResult> claim : claims) {
				assertThat(claim.get(10, TimeUnit.SECONDS)).isInstanceOf(ClaimResult.Acquired.class);
			}
			assertThat(this.store.claim(claim("kept", Duration.ofSeconds(30))))
				.isInstanceOf(ClaimResult.Finished.class);
			connection.rollback();
			connection.setAutoCommit(true);
		}
		assertThat(this.store.claim(claim("expired 7", Duration.ofSeconds(30))))
			.isInstanceOf(ClaimResult.Acquired.class);
	}

}
