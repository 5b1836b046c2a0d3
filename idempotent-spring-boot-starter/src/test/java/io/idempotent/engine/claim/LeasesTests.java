package io.idempotent.engine.claim;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.engine.FakeTicker;
import io.idempotent.engine.FaultyStore;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which leases are renewed when; the schedule is moved by hand.
 */
class LeasesTests {

	private static final Duration LEASE = Duration.ofSeconds(30);

	private final FakeTicker ticker = new FakeTicker();

	private final FaultyStore store = new FaultyStore(new MemoryIdempotencyStore(this.ticker));

	private final AtomicInteger renewed = new AtomicInteger();

	private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);

	private final Leases leases = new Leases(new GuardedStore(this.store.store(), this.ticker), Duration.ofMinutes(5),
			List.of(new MaintenanceListener() {

				@Override
				public void onRenewed(int count) {
					LeasesTests.this.renewed.addAndGet(count);
				}

			}), this.scheduler, this.ticker);

	private final AtomicInteger lapses = new AtomicInteger();

	@AfterEach
	void stop() {
		this.scheduler.shutdownNow();
	}

	private Lease claim(String key) {
		Ownership ownership = new Ownership(new RecordKey("", "test", key), UUID.randomUUID());
		this.store.store().claim(new Claim(ownership, null, LEASE, Duration.ofHours(1), null));
		Lease lease = new Lease(ownership, LEASE, this.ticker.read(), this.lapses::incrementAndGet);
		this.leases.hold(lease);
		return lease;
	}

	private ClaimResult ask(String key) {
		return this.store.store()
			.claim(new Claim(new Ownership(new RecordKey("", "test", key), UUID.randomUUID()), null, LEASE,
					Duration.ofHours(1), null));
	}

	private void tick(Duration duration) {
		this.ticker.advance(duration);
		this.leases.renew();
	}

	@Test
	void anExecutionShorterThanAThirdOfItsLeaseIsNeverRenewed() {
		claim("k");
		tick(Duration.ofMillis(9_999));
		assertThat(this.store.calls("renew")).isZero();
	}

	@Test
	void allLeasesThatAreDueAreRenewedInOneBatch() {
		for (int i = 0; i < 50; i++) {
			claim("k" + i);
		}
		tick(Duration.ofSeconds(10));
		assertThat(this.store.calls("renew")).isEqualTo(1);
		assertThat(this.renewed).hasValue(50);
	}

	@Test
	void aRenewedLeaseOutlivesItsFirstTerm() {
		claim("k");
		for (int i = 0; i < 10; i++) {
			tick(Duration.ofSeconds(10));
		}
		assertThat(ask("k")).isInstanceOf(ClaimResult.InProgress.class);
		assertThat(this.lapses).hasValue(0);
	}

	@Test
	void renewingEndsWithMaxLease() {
		claim("k");
		for (int i = 0; i < 35; i++) {
			tick(Duration.ofSeconds(10));
		}
		assertThat(ask("k")).isInstanceOf(ClaimResult.Abandoned.class);
		assertThat(this.lapses).hasValue(1);
	}

	@Test
	void aLeaseThatIsDroppedIsNotRenewed() {
		this.leases.drop(claim("k"));
		tick(Duration.ofSeconds(10));
		assertThat(this.store.calls("renew")).isZero();
	}

	@Test
	void aLostLeaseDetachesItsExecutionAtOnceAndIsNotRenewedAgain() {
		Lease lease = claim("k");
		this.store.store().release(lease.ownership());
		tick(Duration.ofSeconds(10));
		assertThat(this.lapses).hasValue(1);
		tick(Duration.ofSeconds(10));
		assertThat(this.store.calls("renew")).isEqualTo(1);
	}

	@Test
	void aStoreThatIsAwayLapsesTheLeaseHereButItIsRenewedWhenTheStoreIsBack() {
		claim("k");
		this.store.failBefore("renew", 3);
		tick(Duration.ofSeconds(10));
		assertThat(this.lapses).hasValue(0);
		tick(Duration.ofSeconds(10));
		tick(Duration.ofSeconds(10));
		assertThat(this.lapses).hasValue(1);
		tick(Duration.ofSeconds(10));
		assertThat(ask("k")).isInstanceOf(ClaimResult.InProgress.class);
	}

	@Test
	void theTakenOverAttemptIsRenewedAsWell() {
		claim("k");
		this.ticker.advance(LEASE.plusSeconds(1));
		ClaimResult.Abandoned abandoned = (ClaimResult.Abandoned) ask("k");
		Ownership mine = new Ownership(new RecordKey("", "test", "k"), UUID.randomUUID());
		this.store.store().claim(new Claim(mine, null, LEASE, Duration.ofHours(1), abandoned.token()));
		this.leases.hold(new Lease(mine, LEASE, this.ticker.read(), this.lapses::incrementAndGet));
		for (int i = 0; i < 6; i++) {
			tick(Duration.ofSeconds(10));
		}
		assertThat(ask("k")).isInstanceOf(ClaimResult.InProgress.class);
	}

}
