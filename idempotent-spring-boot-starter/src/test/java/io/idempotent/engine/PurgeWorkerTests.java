package io.idempotent.engine;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.engine.claim.MaintenanceListener;
import io.idempotent.store.IdempotencyStore;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a run of the purge costs the store.
 */
class PurgeWorkerTests {

	private final FakeTicker ticker = new FakeTicker();

	private final AtomicInteger counts = new AtomicInteger();

	private Duration timeToCount = Duration.ZERO;

	private boolean countFails;

	/** Has nothing to purge, and takes its time to count. */
	private final IdempotencyStore store = (IdempotencyStore) Proxy.newProxyInstance(getClass().getClassLoader(),
			new Class<?>[] { IdempotencyStore.class }, (proxy, method, arguments) -> switch (method.getName()) {
				case "purge" -> 0;
				case "countAbandoned" -> {
					this.ticker.advance(this.timeToCount);
					int count = this.counts.incrementAndGet();
					if (this.countFails) {
						throw new IllegalStateException("The statement took too long");
					}
					yield (long) count;
				}
				default -> throw new UnsupportedOperationException(method.getName());
			});

	@Test
	void countingGetsAHundredthOfTheTime() {
		this.timeToCount = Duration.ofSeconds(2);
		AtomicInteger sampled = new AtomicInteger();
		try (PurgeWorker worker = worker(List.of(new MaintenanceListener() {

			@Override
			public void onAbandonedCounted(long count) {
				sampled.set((int) count);
			}

		}))) {
			for (int minute = 0; minute < 100; minute++) {
				worker.run();
				this.ticker.advance(Duration.ofMinutes(1));
			}
		}
		assertThat(this.counts.get()).isBetween(20, 100 * 60 / 200);
		assertThat(sampled).hasValue(this.counts.get());
	}

	@Test
	void countingThatFailsGetsNoMoreTimeThanThat() {
		this.timeToCount = Duration.ofSeconds(30);
		this.countFails = true;
		try (PurgeWorker worker = worker(List.of(new MaintenanceListener() {
		}))) {
			for (int minute = 0; minute < 40; minute++) {
				worker.run();
				this.ticker.advance(Duration.ofMinutes(1));
			}
		}
		assertThat(this.counts).hasValue(1);
	}

	@Test
	void whatIsCountedAtOnceIsCountedByEachRun() {
		try (PurgeWorker worker = worker(List.of(new MaintenanceListener() {
		}))) {
			worker.run();
			worker.run();
		}
		assertThat(this.counts).hasValue(2);
	}

	@Test
	void nothingIsCountedForNobody() {
		try (PurgeWorker worker = worker(List.of())) {
			worker.run();
		}
		assertThat(this.counts).hasValue(0);
	}

	private PurgeWorker worker(List<MaintenanceListener> listeners) {
		return new PurgeWorker(this.store, Duration.ofMinutes(1), 1_000, listeners, this.ticker);
	}

}
