package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.claim.Admissions;
import io.idempotent.engine.claim.Attempt;
import io.idempotent.engine.claim.Call;
import io.idempotent.engine.claim.EngineThreads;
import io.idempotent.engine.claim.Events;
import io.idempotent.engine.claim.InFlightWaiter;
import io.idempotent.engine.claim.Replayer;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose result comes later: no thread waits for another call.
 *
 * @param admissions find out what is to be done
 * @param waiter waits for other calls of this JVM
 * @param replayer answers from the record
 * @param events tells how calls have ended
 * @param threads where calls go on that had to wait
 */
record DeferredCalls(Admissions admissions, InFlightWaiter waiter, Replayer replayer, Events events,
		EngineThreads threads) {

	/**
	 * Answers a call.
	 * @param executor where the store is asked and the method is called, unless the call
	 * has to wait before
	 * @return the answer, whose cancellation ends a wait but nothing that has begun
	 */
	CompletableFuture<@Nullable Object> start(Call call, ThrowingCallback<? extends CompletionStage<?>, ?> method,
			Executor executor) {
		return new DeferredCall(this, call, method).start(executor);
	}

	/**
	 * Admits a call, whose attempt is ended by the caller.
	 * @return an {@link Attempt}, or the recorded result as {@link IdempotentResult}
	 */
	@SuppressWarnings("NullAway") // a result is never null itself
	CompletableFuture<Object> admit(Call call) {
		return new DeferredCall(this, call, null).start(Runnable::run);
	}

}
