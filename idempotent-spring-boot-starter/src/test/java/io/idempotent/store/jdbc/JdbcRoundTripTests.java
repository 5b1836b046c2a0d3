package io.idempotent.store.jdbc;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import io.idempotent.test.StatementCountingDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Round trips and connections, on the real clock of H2.
 */
class JdbcRoundTripTests {

	private static final StoredOutcome OUTCOME = new StoredOutcome(false, "json/1", new byte[] { 1 });

	private static final Duration TTL = Duration.ofHours(1);

	private final RecordKey key = new RecordKey("tenant", "contract.submit", "order-4711");

	private StatementCountingDataSource dataSource;

	private JdbcIdempotencyStore store;

	@BeforeEach
	void create() throws Exception {
		this.dataSource = new StatementCountingDataSource(H2.create(""));
		this.store = H2.store(this.dataSource);
	}

	@AfterEach
	void noConnectionIsKeptAndNeverAreTwoHeldAtOnce() {
		assertThat(this.dataSource.openConnections()).isZero();
		assertThat(this.dataSource.mostOpenConnections()).isOne();
	}

	@Test
	void firstExecutionTakesThreeRoundTrips() {
		Ownership owner = owner();
		assertThat(this.store.claim(claim(owner))).isInstanceOf(ClaimAnswer.Acquired.class);
		assertThat(this.dataSource.count()).isEqualTo(2);
		this.store.complete(owner, OUTCOME, TTL);
		assertThat(this.dataSource.count()).isEqualTo(3);
		assertThat(this.dataSource.commits()).isZero();
	}

	@Test
	void duplicateTakesOneRoundTripAndWritesNothing() {
		Ownership owner = owner();
		this.store.claim(claim(owner));
		this.dataSource.reset();
		assertThat(this.store.claim(claim(owner()))).isInstanceOf(ClaimAnswer.InProgress.class);
		assertThat(this.dataSource.statements()).singleElement().asString().startsWith("SELECT");
		this.store.complete(owner, OUTCOME, TTL);
		this.dataSource.reset();
		assertThat(this.store.claim(claim(owner()))).isInstanceOf(ClaimAnswer.Finished.class);
		assertThat(this.dataSource.statements()).singleElement().asString().startsWith("SELECT");
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
		ClaimAnswer.Acquired acquired = (ClaimAnswer.Acquired) this.store.claim(claim(owner));
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
	void completionLeavesExpiryAsItIsUnlessTheExecutionTookLong() throws Exception {
		String expires = "SELECT CAST(EXTRACT(EPOCH FROM expires_at) * 1000000 AS BIGINT) FROM idempotency_record";
		Ownership owner = owner();
		this.store.claim(claim(owner));
		long claimed = H2.number(this.dataSource, expires);
		this.store.complete(owner, OUTCOME, TTL);
		assertThat(H2.number(this.dataSource, expires)).isEqualTo(claimed);
	}

	private Ownership owner() {
		return new Ownership(this.key, UUID.randomUUID());
	}

	private static Claim claim(Ownership owner) {
		return new Claim(owner, null, Duration.ofSeconds(30), TTL, null);
	}

}
