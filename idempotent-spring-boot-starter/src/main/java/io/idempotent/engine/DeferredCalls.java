package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.idempotent.IdempotencySource;
import io.idempotent.ThrowingCallback;
import org.jspecify.annotations.Nullable;

/**
 * Calls of methods whose result comes later: the same steps as {@link BlockingCalls}, but
 * no thread waits for anybody else.
 */
record DeferredCalls(LocalCache cache, InFlightTable table, Followers followers, Acquisition acquisition,
		DeferredAttempt attempt, Replay replay, Events events, EngineThreads threads) {

	/**
	 * Answers a call.
	 * @param executor where the store is asked and the method is called, unless the call
	 * has to wait before
	 * @return the answer, whose cancellation ends a wait but nothing that has begun
	 */
	CompletableFuture<@Nullable Object> start(Call call, ThrowingCallback<? extends CompletionStage<?>, ?> method,
			Executor executor) {
		DeferredCall steps = new DeferredCall(this, call, method);
		Replayable outcome = this.cache.get(call.key());
		if (outcome != null) {
			steps.perform(() -> steps.replay(outcome, IdempotencySource.LOCAL));
		}
		else {
			// not only when the executor has a thread for it
			call.begin();
			steps.perform(() -> executor.execute(() -> steps.perform(steps::enter)));
		}
		return steps.answer();
	}

}
