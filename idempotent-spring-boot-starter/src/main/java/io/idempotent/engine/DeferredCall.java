package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencySource;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Acquisition.Result;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one call whose result comes later.
 */
final class DeferredCall {

	private final CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();

	private final DeferredCalls calls;

	private final Call call;

	private final ThrowingCallback<? extends CompletionStage<?>, ?> method;

	/** Where the application's code runs: here, until the call had to wait. */
	private Executor executor = Runnable::run;

	DeferredCall(DeferredCalls calls, Call call, ThrowingCallback<? extends CompletionStage<?>, ?> method) {
		this.calls = calls;
		this.call = call;
		this.method = method;
	}

	/**
	 * Whatever a step throws is the answer.
	 */
	void perform(Step step) {
		try {
			step.perform();
		}
		catch (Throwable ex) {
			end(null, ex);
		}
	}

	/**
	 * Goes on where it may ask the store, because the present thread may not.
	 */
	private void askLater(Step step) {
		this.executor = this.calls.threads().callers();
		EngineThreads.execute(this.calls.threads().workers(), () -> perform(step));
	}

	/**
	 * Answers without the store, which may be keeping all workers waiting.
	 */
	private void answerLater(Step step) {
		this.executor = Runnable::run;
		EngineThreads.execute(this.calls.threads().callers(), () -> perform(step));
	}

	void enter() throws Throwable {
		Replayable outcome = this.calls.cache().get(this.call.key());
		if (outcome != null) {
			replay(outcome, IdempotencySource.LOCAL);
			return;
		}
		InFlight mine = new InFlight(this.call.key());
		InFlight other = this.calls.table().enter(mine);
		if (other == null) {
			ask(mine, this.calls.acquisition().begin(this.call, mine));
		}
		else {
			follow(other);
		}
	}

	private void follow(InFlight other) {
		var unused = this.calls.followers().followLater(this.call, other).whenComplete((outcome, failure) -> {
			if (failure != null) {
				answerLater(() -> {
					throw Failures.unwrap(failure);
				});
			}
			else if (outcome != null) {
				answerLater(() -> replay(outcome, IdempotencySource.IN_FLIGHT));
			}
			else {
				askLater(() -> {
					requireInterest(IdempotencySource.IN_FLIGHT);
					enter();
				});
			}
		});
	}

	private void ask(InFlight mine, Progress progress) throws Throwable {
		mine.hold();
		Result result = this.calls.acquisition().ask(progress);
		mine.letGo();
		if (result instanceof Result.Owned owned) {
			EngineThreads.execute(this.executor, () -> perform(() -> run(owned.execution())));
		}
		else if (result instanceof Result.Known known) {
			replay(known.outcome(), known.source());
		}
		else {
			askAgain(mine, progress, ((Result.Busy) result).nanos());
		}
	}

	private void askAgain(InFlight mine, Progress progress, long nanos) {
		// not our scheduler, which may hang in the store and forgets tasks when it
		// stops
		CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Runnable::run).execute(() -> askLater(() -> {
			try {
				requireInterest(IdempotencySource.STORE);
			}
			catch (RuntimeException ex) {
				this.calls.table().leave(mine, null);
				throw ex;
			}
			ask(mine, progress);
		}));
	}

	private void requireInterest(IdempotencySource source) {
		if (this.answer.isDone()) {
			throw this.call.inProgress("Its caller cancelled or completed the future while it waited.", source);
		}
	}

	private void run(Execution execution) throws Throwable {
		CompletableFuture<@Nullable Object> end = this.calls.attempt().start(execution, this.method);
		if (!end.isDone()) {
			this.executor = this.calls.threads().callers();
		}
		var unused = end.whenComplete(this::end);
	}

	void replay(Replayable outcome, IdempotencySource source) throws Throwable {
		end(this.calls.replay().answer(this.call, outcome, source).value(), null);
	}

	private void end(@Nullable Object value, @Nullable Throwable failure) {
		this.calls.events().ended(this.call, failure);
		EngineThreads.execute(this.executor, () -> {
			if (failure != null) {
				this.answer.completeExceptionally(failure);
			}
			else {
				this.answer.complete(value);
			}
		});
	}

	/**
	 * The answer.
	 */
	CompletableFuture<@Nullable Object> answer() {
		return this.answer;
	}

	interface Step {

		void perform() throws Throwable;

	}

}
