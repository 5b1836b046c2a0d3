package io.idempotent.client;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOffExecution;

/**
 * The time that one call has, and what is left of it.
 */
final class RetryBudget {

	private final BackOffExecution backOff;

	private final LongSupplier nanoTime;

	private final long end;

	RetryBudget(ClientSettings settings) {
		this(settings, System::nanoTime);
	}

	RetryBudget(ClientSettings settings, LongSupplier nanoTime) {
		this.backOff = settings.startBackOff();
		this.nanoTime = nanoTime;
		this.end = nanoTime.getAsLong() + settings.deadline().toNanos();
	}

	/**
	 * Returns the pause before the next attempt.
	 * @param atLeast what the service asks for
	 * @return null if there is no time left for that
	 */
	@Nullable Duration nextPause(Duration atLeast) {
		Duration pause = Duration.ofMillis(this.backOff.nextBackOff());
		if (pause.compareTo(atLeast) < 0) {
			pause = atLeast;
		}
		return (pause.compareTo(remaining()) < 0) ? pause : null;
	}

	Duration remaining() {
		return Duration.ofNanos(this.end - this.nanoTime.getAsLong());
	}

}
