package io.idempotent.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;

/**
 * Time that a test moves.
 */
public final class FakeTicker implements Ticker {

	private final AtomicLong nanos = new AtomicLong(System.nanoTime());

	@Override
	public long read() {
		return this.nanos.get();
	}

	public void advance(Duration duration) {
		this.nanos.addAndGet(duration.toNanos());
	}

}
