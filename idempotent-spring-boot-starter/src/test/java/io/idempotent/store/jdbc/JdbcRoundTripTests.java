package io.idempotent.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import io.idempotent.test.StatementCountingDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Round trips and connections on each database: the table of docs/jdbc.md.
 */
@ParameterizedClass
@EnumSource
class JdbcRoundTripTests {

	private static final StoredOutcome OUTCOME = new StoredOutcome(false, "json/1", new byte[] { 1 });

	private static final Duration TTL = Duration.ofHours(1);

	private final RecordKey key = new RecordKey("tenant", "contract.submit", "order-4711");

	private final TestDatabase database;

	private HikariDataSource pool;

	private StatementCountingDataSource dataSource;

	private JdbcIdempotencyStore store;

	JdbcRoundTripTests(TestDatabase database) {
		this.database = database;
	}

	@BeforeEach
	void create() {
		this.pool = this.database.pool(4);
		this.dataSource = new StatementCountingDataSource(this.pool);
		this.store = this.database.store(this.dataSource);
		this.dataSource.reset();
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	/** Of a claim that acquires. */
	private int claims() {
		return switch (this.database) {
			case POSTGRESQL, MARIADB, MYSQL -> 1;
			case H2, HSQLDB, DERBY -> 2;
		};
	}

	/** Of a claim that meets a record. */
	private int duplicates() {
		return (this.database == TestDatabase.MYSQL) ? 2 : 1;
	}

	@AfterEach
	void noConnectionIsKeptAndNeverAreTwoHeldAtOnce() {
		assertThat(this.dataSource.openConnections()).isZero();
		assertThat(this.dataSource.mostOpenConnections()).isOne();
	}

	@Test
	void firstExecutionIsClaimAndCompletionAndNoCommitBesides() {
		Ownership owner = owner();
		assertThat(this.store.claim(claim(owner))).isInstanceOf(ClaimResult.Acquired.class);
		assertThat(this.dataSource.count()).isEqualTo(claims());
		this.store.complete(owner, OUTCOME, TTL);
		assertThat(this.dataSource.count()).isEqualTo(claims() + 1);
		assertThat(this.dataSource.commits()).isZero();
	}

	@Test
	void duplicateOfLiveAndOfFinishedRecordIsOneClaim() {
		Ownership owner = owner();
		this.store.claim(claim(owner));
		this.dataSource.reset();
		assertThat(this.store.claim(claim(owner()))).isInstanceOf(ClaimResult.InProgress.class);
		assertThat(this.dataSource.count()).isEqualTo(duplicates());
		this.store.complete(owner, OUTCOME, TTL);
		this.dataSource.reset();
		assertThat(this.store.claim(claim(owner()))).isInstanceOf(ClaimResult.Finished.class);
		assertThat(this.dataSource.count()).isEqualTo(duplicates());
		assertThat(this.dataSource.commits()).isZero();
	}

	@Test
	void anotherAttemptAfterAFailureTakesOneMoreAtMostThanTheFirst() {
		Ownership owner = owner();
		this.store.claim(claim(owner));
		this.store.release(owner);
		this.dataSource.reset();
		assertThat(this.store.claim(claim(owner()))).isInstanceOf(ClaimResult.Acquired.class);
		assertThat(this.dataSource.count()).isEqualTo(switch (this.database) {
			case MARIADB -> 1;
			case POSTGRESQL, H2, HSQLDB, DERBY -> 2;
			case MYSQL -> 3;
		});
		assertThat(this.dataSource.commits()).isZero();
	}

	@Test
	void renewalOfManyIsOneRoundTrip() {
		Map<Ownership, Duration> leases = new HashMap<>();
		for (int i = 0; i < 50; i++) {
			Ownership owner = new Ownership(new RecordKey("", "operation", "key" + i), UUID.randomUUID());
			this.store.claim(claim(owner));
			leases.put(owner, TTL);
		}
		this.dataSource.reset();
		assertThat(this.store.renew(leases)).isEmpty();
		assertThat(this.dataSource.count()).isOne();
		assertThat(this.store.renew(Map.of())).isEmpty();
		assertThat(this.dataSource.count()).isOne();
	}

	@Test
	void otherVerbsAreOneRoundTripEach() {
		Ownership owner = owner();
		ClaimResult.Acquired acquired = (ClaimResult.Acquired) this.store.claim(claim(owner));
		this.dataSource.reset();
		this.store.abandon(owner);
		this.store.reserve(owner, TTL);
		this.store.release(owner);
		this.store.find(this.key);
		this.store.findAbandoned(10);
		this.store.countAbandoned();
		this.store.purge(10);
		this.store.forget(this.key, acquired.fencingToken());
		assertThat(this.dataSource.count()).isEqualTo(8);
	}

	@Test
	void completionLeavesExpiryAsItIsUnlessTheExecutionTookLong() {
		Ownership owner = owner();
		this.store.claim(claim(owner));
		Instant claimed = this.store.find(this.key).orElseThrow().expiresAt();
		this.store.complete(owner, OUTCOME, TTL);
		assertThat(this.store.find(this.key).orElseThrow().expiresAt()).isEqualTo(claimed);
	}

	private Ownership owner() {
		return new Ownership(this.key, UUID.randomUUID());
	}

	private static Claim claim(Ownership owner) {
		return new Claim(owner, null, Duration.ofSeconds(30), TTL, null);
	}

}
