package io.idempotent.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.store.Claim;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The store inside somebody else's transaction, whose pool commits by itself or does not.
 */
@ParameterizedClass
@ValueSource(booleans = { true, false })
class JdbcTransactionTests {

	private final Ownership owner = new Ownership(new RecordKey("tenant", "contract.submit", "order-4711"),
			UUID.randomUUID());

	private final Claim claim = new Claim(this.owner, null, Duration.ofSeconds(30), Duration.ofHours(1), null);

	private final HikariDataSource pool = new HikariDataSource();

	private final boolean autoCommit;

	private TransactionTemplate transaction;

	JdbcTransactionTests(boolean autoCommit) {
		this.autoCommit = autoCommit;
	}

	@BeforeEach
	void create() throws Exception {
		this.pool.setJdbcUrl(H2.url(""));
		this.pool.setAutoCommit(this.autoCommit);
		this.pool.setMaximumPoolSize(2);
		H2.createSchema(this.pool);
		H2.execute(this.pool, "CREATE TABLE business (id INT)");
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void claimOutlivesTheRollbackOfTheCallersTransaction() throws Exception {
		assertClaimIsNotPartOfTransaction(this.pool);
	}

	@Test
	void dataSourceThatJoinsTransactionsIsLookedThrough() throws Exception {
		assertClaimIsNotPartOfTransaction(new TransactionAwareDataSourceProxy(this.pool));
	}

	@Test
	void dataSourceThatConnectsLateIsNoDifference() throws Exception {
		assertClaimIsNotPartOfTransaction(new LazyConnectionDataSourceProxy(this.pool));
	}

	private void assertClaimIsNotPartOfTransaction(DataSource dataSource) throws Exception {
		JdbcIdempotencyStore store = H2.store(dataSource);
		this.transaction.executeWithoutResult((status) -> {
			new JdbcTemplate(this.pool).update("INSERT INTO business VALUES (1)");
			store.claim(this.claim);
			status.setRollbackOnly();
		});
		assertThat(store.find(this.owner.key()))
			.hasValueSatisfying((found) -> assertThat(found.state()).isEqualTo(State.IN_PROGRESS));
		assertThat(H2.number(this.pool, "SELECT COUNT(*) FROM business")).isZero();
		assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
	}

	@Test
	void leaseIsNotComputedFromTheFrozenTimeOfTheCallersTransaction() {
		JdbcIdempotencyStore store = H2.store(this.pool);
		JdbcTemplate business = new JdbcTemplate(this.pool);
		this.transaction.executeWithoutResult((status) -> {
			Instant frozen = time(business);
			LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
			assertThat(time(business)).isEqualTo(frozen);
			store.claim(this.claim);
			assertThat(store.find(this.owner.key()).orElseThrow().claimedAt()).isAfterOrEqualTo(frozen.plusMillis(40));
		});
	}

	private static Instant time(JdbcTemplate template) {
		return template.queryForObject("SELECT CURRENT_TIMESTAMP", OffsetDateTime.class).toInstant();
	}

	@Test
	void completionInAfterCompletionIsDurable() throws Exception {
		JdbcIdempotencyStore store = H2.store(this.pool);
		store.claim(this.claim);
		this.transaction.executeWithoutResult((status) -> {
			new JdbcTemplate(this.pool).update("INSERT INTO business VALUES (1)");
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
				@Override
				public void afterCompletion(int outcome) {
					OwnershipResult answer = store.complete(JdbcTransactionTests.this.owner,
							new StoredOutcome(false, "void", null), Duration.ofHours(1));
					assertThat(answer).isEqualTo(OwnershipResult.CONFIRMED);
				}
			});
		});
		assertThat(H2.number(this.pool, "SELECT status FROM idempotency_record")).isOne();
		assertThat(H2.number(this.pool, "SELECT COUNT(*) FROM business")).isOne();
		assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
	}

}
