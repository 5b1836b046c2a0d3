package io.idempotent.store.memory;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

import com.github.benmanes.caffeine.cache.Ticker;

/**
 * Tells the time as that of the system when it was created, plus what has passed since:
 * it never goes back.
 */
final class TickerClock {

	private final Ticker ticker;

	private final long startTick;

	private final Instant startTime;

	TickerClock(Ticker ticker) {
		this.ticker = ticker;
		this.startTick = ticker.read();
		this.startTime = Clock.systemUTC().instant().truncatedTo(ChronoUnit.MICROS);
	}

	Instant now() {
		return this.startTime.plusNanos(this.ticker.read() - this.startTick);
	}

}
