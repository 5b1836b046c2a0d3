package io.idempotent.engine.claim;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.engine.claim.LocalCache.Asked;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.EngineSettings.LocalCacheSettings;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.store.ClaimResult.Finished;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is forgotten is forgotten on this node at once.
 */
@Timeout(60)
class LocalCacheTests {

	private static final RecordKey KEY = new RecordKey("", "test", "k");

	private static final Replayable OUTCOME = new Replayable(
			new Finished(new StoredOutcome(false, "x", null), null, 1, Instant.EPOCH, Duration.ofHours(1)), null,
			false);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final LocalCache cache = new LocalCache(new LocalCacheSettings(true, 1_000_000, Duration.ofMinutes(10)),
			Ticker.systemTicker());

	@AfterEach
	void close() {
		this.threads.shutdownNow();
	}

	private void put(Asked asked) {
		this.cache.put(KEY, OUTCOME, asked, Duration.ofHours(1));
	}

	@Test
	void anOutcomeThatWasAskedForBeforeARecordWasForgottenIsNotKept() {
		Asked asked = this.cache.asking();
		this.cache.forget(KEY);
		put(asked);
		assertThat(this.cache.get(KEY)).isNull();
		put(this.cache.asking());
		assertThat(this.cache.get(KEY)).isSameAs(OUTCOME);
	}

	@Test
	void anOutcomeThatIsKeptWhileItIsForgottenIsNotSeenAfterwardsNotEvenForAMoment() throws Exception {
		CyclicBarrier start = new CyclicBarrier(2);
		for (int round = 0; round < 20_000; round++) {
			Asked asked = this.cache.asking();
			Future<?> keeping = this.threads.submit(() -> {
				start.await();
				put(asked);
				return null;
			});
			start.await();
			this.cache.forget(KEY);
			while (!keeping.isDone()) {
				assertThat(this.cache.get(KEY) == null).as("round %d", round).isTrue();
			}
			keeping.get(10, TimeUnit.SECONDS);
			assertThat(this.cache.get(KEY)).isNull();
		}
	}

}
