package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencySource;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Acquisition.Progress;
import io.idempotent.engine.Acquisition.Result;
import org.jspecify.annotations.Nullable;

/**
 * Calls of methods whose result comes later: the same steps as {@link BlockingCalls}, but
 * no thread waits for anybody else.
 */
final class DeferredCalls {

	private final LocalCache cache;

	private final InFlightTable table;

	private final Followers followers;

	private final Acquisition acquisition;

	private final DeferredAttempt attempt;

	private final Replay replay;

	private final Events events;

	private final EngineThreads threads;

	DeferredCalls(LocalCache cache, InFlightTable table, Followers followers, Acquisition acquisition,
			DeferredAttempt attempt, Replay replay, Events events, EngineThreads threads) {
		this.cache = cache;
		this.table = table;
		this.followers = followers;
		this.acquisition = acquisition;
		this.attempt = attempt;
		this.replay = replay;
		this.events = events;
		this.threads = threads;
	}

	/**
	 * Answers a call.
	 * @param executor where the store is asked and the method is called, unless the call
	 * has to wait before
	 * @return the answer, whose cancellation ends a wait but nothing that has begun
	 */
	CompletableFuture<@Nullable Object> start(Call call, ThrowingCallback<? extends CompletionStage<?>, ?> method,
			Executor executor) {
		Steps steps = new Steps(call, method);
		Replayable outcome = this.cache.get(call.key());
		if (outcome != null) {
			steps.perform(() -> steps.replay(outcome, IdempotencySource.LOCAL));
		}
		else {
			steps.perform(() -> executor.execute(() -> steps.perform(steps::enter)));
		}
		return steps.answer;
	}

	/**
	 * The steps of one call.
	 */
	private final class Steps {

		private final CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();

		private final Call call;

		private final ThrowingCallback<? extends CompletionStage<?>, ?> method;

		/** Where the application's code runs: here, until the call had to wait. */
		private Executor executor = Runnable::run;

		Steps(Call call, ThrowingCallback<? extends CompletionStage<?>, ?> method) {
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
			this.executor = DeferredCalls.this.threads.callers();
			EngineThreads.execute(DeferredCalls.this.threads.workers(), () -> perform(step));
		}

		/**
		 * Answers without the store, which may be keeping all workers waiting.
		 */
		private void answerLater(Step step) {
			this.executor = Runnable::run;
			EngineThreads.execute(DeferredCalls.this.threads.callers(), () -> perform(step));
		}

		void enter() throws Throwable {
			Replayable outcome = DeferredCalls.this.cache.get(this.call.key());
			if (outcome != null) {
				replay(outcome, IdempotencySource.LOCAL);
				return;
			}
			InFlight mine = new InFlight(this.call.key());
			InFlight other = DeferredCalls.this.table.enter(mine);
			if (other == null) {
				ask(mine, DeferredCalls.this.acquisition.begin(this.call, mine));
			}
			else {
				follow(other);
			}
		}

		private void follow(InFlight other) {
			var unused = DeferredCalls.this.followers.followLater(this.call, other).whenComplete((outcome, failure) -> {
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
			Result result = DeferredCalls.this.acquisition.ask(progress);
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
					DeferredCalls.this.table.leave(mine, null);
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
			CompletableFuture<@Nullable Object> end = DeferredCalls.this.attempt.start(execution, this.method);
			if (!end.isDone()) {
				this.executor = DeferredCalls.this.threads.callers();
			}
			var unused = end.whenComplete(this::end);
		}

		void replay(Replayable outcome, IdempotencySource source) throws Throwable {
			end(DeferredCalls.this.replay.answer(this.call, outcome, source).value(), null);
		}

		private void end(@Nullable Object value, @Nullable Throwable failure) {
			DeferredCalls.this.events.ended(this.call, failure);
			EngineThreads.execute(this.executor, () -> {
				if (failure != null) {
					this.answer.completeExceptionally(failure);
				}
				else {
					this.answer.complete(value);
				}
			});
		}

	}

	private interface Step {

		void perform() throws Throwable;

	}

}
