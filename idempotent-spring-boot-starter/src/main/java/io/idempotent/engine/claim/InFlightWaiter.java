package io.idempotent.engine.claim;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencySource;
import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.engine.failure.FailureKind;
import org.jspecify.annotations.Nullable;

/**
 * What a caller does that finds another one of this JVM busy with its record.
 */
public final class InFlightWaiter {

	private final Ticker ticker;

	public InFlightWaiter(Ticker ticker) {
		this.ticker = ticker;
	}

	/**
	 * Waits for the end of the other one, or refuses the call.
	 */
	public void await(Call call, InFlightCall other) {
		refuseOwn(call, other);
		try {
			check(call, other, other.awaitState(remaining(call)));
			other.awaitEnd(remaining(call));
		}
		catch (TimeoutException ex) {
			throw timedOut(call);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw call.inProgress("This call was interrupted while it waited.", IdempotencySource.IN_FLIGHT);
		}
	}

	/**
	 * Waits without a thread.
	 * @return completed when the other one has ended, or with the refusal of the call
	 */
	public CompletableFuture<?> awaitLater(Call call, InFlightCall other) {
		refuseOwn(call, other);
		return timed(call, other.state()).thenCompose((inProgress) -> {
			check(call, other, inProgress);
			return timed(call, other.end());
		}).exceptionallyCompose((failure) -> {
			Throwable cause = FailureKind.unwrap(failure);
			return CompletableFuture.failedFuture((cause instanceof TimeoutException) ? timedOut(call) : cause);
		});
	}

	private static void refuseOwn(Call call, InFlightCall other) {
		if (other.isHeldByCurrentThread()) {
			throw call.reentered("This call comes from inside of that very execution or its transaction, "
					+ "and would wait for itself.", IdempotencySource.IN_FLIGHT);
		}
	}

	private static void check(Call call, InFlightCall other, boolean inProgress) {
		if (inProgress && !other.hasEnded()) {
			call.requireSamePayload(other.fingerprint(), IdempotencySource.IN_FLIGHT);
			if (call.operation().onInProgress() == InProgressPolicy.REJECT) {
				throw call.inProgress("It is executed on this node, and onInProgress is REJECT.",
						IdempotencySource.IN_FLIGHT);
			}
		}
	}

	/**
	 * Unlike a copy of the future that timed out, this leaves nothing behind on it.
	 */
	@SuppressWarnings("unchecked") // one of the two futures of T
	private <T extends @Nullable Object> CompletableFuture<T> timed(Call call, CompletableFuture<T> future) {
		if (future.isDone()) {
			return future;
		}
		CompletableFuture<T> time = new CompletableFuture<T>().orTimeout(Math.max(remaining(call), 0),
				TimeUnit.NANOSECONDS);
		return (CompletableFuture<T>) CompletableFuture.anyOf(future, time)
			.whenComplete((value, failure) -> time.cancel(false));
	}

	private long remaining(Call call) {
		return call.deadline() - this.ticker.read();
	}

	private static OperationInProgressException timedOut(Call call) {
		return call.inProgress(
				"It did not finish within the wait timeout (%s).".formatted(call.operation().waitTimeout()),
				IdempotencySource.IN_FLIGHT);
	}

}
