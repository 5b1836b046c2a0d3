package io.idempotent.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import io.idempotent.store.Claim;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class MemoryExpiryTests {

	private static final Duration TTL = Duration.ofHours(1);

	private final AtomicLong nanos = new AtomicLong();

	private final MemoryIdempotencyStore store = new MemoryIdempotencyStore(this.nanos::get);

	@Test
	void finishedAndReleasedRecordsGoByThemselves() {
		Ownership completed = acquired("completed");
		this.store.complete(completed, new StoredOutcome(false, "void", null), TTL);
		Ownership released = acquired("released");
		this.store.release(released);
		this.nanos.addAndGet(TTL.toNanos());
		assertThat(this.store.find(completed.key())).isEmpty();
		assertThat(this.store.find(released.key())).isEmpty();
	}

	@Test
	void abandonedRecordsStayHoweverManyThereAre() {
		for (int i = 0; i < 10_000; i++) {
			acquired("key" + i);
		}
		this.nanos.addAndGet(TTL.multipliedBy(1000).toNanos());
		this.store.purge(100_000);
		assertThat(this.store.countAbandoned()).isEqualTo(10_000);
	}

	@Test
	void timesAreThoseOfTheWallPlusWhatTheTickerSays() {
		Ownership owner = acquired("key");
		Instant claimedAt = this.store.find(owner.key()).orElseThrow().claimedAt();
		assertThat(claimedAt).isCloseTo(Instant.now(), within(Duration.ofMinutes(1)));
		this.nanos.addAndGet(TTL.toNanos());
		this.store.complete(owner, new StoredOutcome(false, "void", null), TTL);
		assertThat(this.store.find(owner.key()).orElseThrow().completedAt()).isEqualTo(claimedAt.plus(TTL));
	}

	@Test
	void veryLongTtlDoesNotOverflow() {
		Ownership owner = acquired("key");
		this.store.complete(owner, new StoredOutcome(false, "void", null), Duration.ofDays(365_000));
		assertThat(this.store.find(owner.key())).isPresent();
	}

	private Ownership acquired(String key) {
		Ownership owner = new Ownership(new RecordKey("", "operation", key), UUID.randomUUID());
		this.store.claim(new Claim(owner, null, Duration.ofSeconds(30), TTL, null));
		return owner;
	}

}
