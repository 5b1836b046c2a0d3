package io.idempotent.engine;

import java.util.concurrent.TimeoutException;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencySource;
import io.idempotent.InProgressPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a caller does that finds another one of this JVM busy with its record.
 */
final class Followers {

	private final Ticker ticker;

	Followers(Ticker ticker) {
		this.ticker = ticker;
	}

	/**
	 * Waits for the other one, or refuses the call.
	 * @return the outcome, null if the other one ended without
	 */
	@Nullable Replayable follow(Call call, InFlight other) {
		if (other.isHeldByCurrentThread()) {
			throw call.inProgress("This call comes from inside of that very execution or its transaction, "
					+ "and would wait for itself.", IdempotencySource.IN_FLIGHT);
		}
		Operation operation = call.operation();
		try {
			if (other.awaitState(call.deadline() - this.ticker.read()) && !other.hasEnded()) {
				call.requireSamePayload(other.fingerprint(), IdempotencySource.IN_FLIGHT);
				if (operation.onInProgress() == InProgressPolicy.REJECT) {
					throw call.inProgress("It is executed on this node, and onInProgress is REJECT.",
							IdempotencySource.IN_FLIGHT);
				}
			}
			return other.awaitEnd(call.deadline() - this.ticker.read());
		}
		catch (TimeoutException ex) {
			throw call.inProgress("It did not finish within the wait timeout (%s).".formatted(operation.waitTimeout()),
					IdempotencySource.IN_FLIGHT);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw call.inProgress("This call was interrupted while it waited.", IdempotencySource.IN_FLIGHT);
		}
	}

}
