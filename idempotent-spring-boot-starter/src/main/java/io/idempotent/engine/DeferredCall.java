package io.idempotent.engine;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencySource;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.claim.Admission;
import io.idempotent.engine.claim.Attempt;
import io.idempotent.engine.claim.Call;
import io.idempotent.engine.claim.EngineThreads;
import io.idempotent.engine.claim.InFlightCall;
import io.idempotent.engine.claim.Step;
import io.idempotent.engine.failure.FailureKind;
import io.idempotent.engine.outcome.Replayable;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one call whose result comes later.
 */
final class DeferredCall {

	private final CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();

	private final DeferredCalls calls;

	private final Call call;

	private final Admission admission;

	/** Null if the caller ends the attempt. */
	private final @Nullable ThrowingCallback<? extends CompletionStage<?>, ?> method;

	/** Where the application's code runs: here, until the call had to wait. */
	private Executor executor = Runnable::run;

	DeferredCall(DeferredCalls calls, Call call, @Nullable ThrowingCallback<? extends CompletionStage<?>, ?> method) {
		this.calls = calls;
		this.call = call;
		this.admission = new Admission(calls.admissions(), call);
		this.method = method;
	}

	/**
	 * Begins.
	 * @param first where the store is asked
	 */
	CompletableFuture<@Nullable Object> start(Executor first) {
		Replayable cached = this.calls.admissions().cache().get(this.call.key());
		if (cached != null) {
			perform(() -> replay(new Step.Replay(cached, IdempotencySource.LOCAL)));
		}
		else {
			// not only when the executor has a thread for it
			this.call.begin();
			perform(() -> first.execute(() -> perform(this::proceed)));
		}
		return this.answer;
	}

	/**
	 * Whatever an action throws is the answer.
	 */
	private void perform(Action action) {
		try {
			action.perform();
		}
		catch (Throwable ex) {
			end(null, ex);
		}
	}

	/**
	 * Goes on, on a thread that may ask the store.
	 */
	private void proceed() throws Throwable {
		this.admission.hold();
		Step step = this.admission.next();
		while (step instanceof Step.Decide undecided) {
			this.admission.decide(undecided);
			step = this.admission.next();
		}
		this.admission.letGo();
		if (step instanceof Step.Own own) {
			EngineThreads.execute(this.executor, () -> perform(() -> own(own.attempt())));
		}
		else if (step instanceof Step.Replay replay) {
			replay(replay);
		}
		else if (step instanceof Step.Wait wait) {
			await(wait.call());
		}
		else {
			// not our scheduler, which may hang in the store and forgets tasks when it
			// stops
			CompletableFuture.delayedExecutor(((Step.Pause) step).nanos(), TimeUnit.NANOSECONDS, Runnable::run)
				.execute(() -> askLater(IdempotencySource.STORE));
		}
	}

	private void await(InFlightCall other) {
		var unused = this.calls.waiter().awaitLater(this.call, other).whenComplete((ended, failure) -> {
			if (failure != null) {
				answerLater(() -> {
					throw FailureKind.unwrap(failure);
				});
			}
			else if (other.outcome() != null) {
				answerLater(this::proceed);
			}
			else {
				askLater(IdempotencySource.IN_FLIGHT);
			}
		});
	}

	/**
	 * Goes on where it may ask the store, because the present thread may not.
	 */
	private void askLater(IdempotencySource source) {
		this.executor = this.calls.threads().callers();
		EngineThreads.execute(this.calls.threads().workers(), () -> perform(() -> {
			if (this.answer.isDone()) {
				this.admission.giveUp();
				throw this.call.inProgress("Its caller cancelled or completed the future while it waited.", source);
			}
			proceed();
		}));
	}

	/**
	 * Answers without the store, which may be keeping all workers waiting.
	 */
	private void answerLater(Action action) {
		this.executor = Runnable::run;
		EngineThreads.execute(this.calls.threads().callers(), () -> perform(action));
	}

	private void own(Attempt attempt) {
		attempt.begin();
		if (this.method != null) {
			run(attempt, this.method);
			return;
		}
		attempt.returned();
		if (!this.answer.complete(attempt)) {
			var unused = attempt.release(new CancellationException("The caller has gone"));
		}
	}

	/**
	 * Starts the method, and ends the attempt when its result has come.
	 */
	private void run(Attempt attempt, ThrowingCallback<? extends CompletionStage<?>, ?> method) {
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		boolean uncertain = !handOver(call(attempt, method), result);
		// what has come already is recorded by this thread
		boolean immediate = result.isDone();
		if (!immediate) {
			this.executor = this.calls.threads().callers();
		}
		var unused = result.whenComplete((value, failure) -> EngineThreads
			.execute(immediate ? Runnable::run : this.calls.threads().workers(), () -> perform(() -> {
				if (failure == null) {
					attempt.recordResult(value);
					end(value, null);
					return;
				}
				Throwable cause = FailureKind.unwrap(failure);
				attempt.recordFailure(cause, uncertain);
				throw cause;
			})));
	}

	private static CompletionStage<?> call(Attempt attempt, ThrowingCallback<? extends CompletionStage<?>, ?> method) {
		try {
			return attempt.call(method::call);
		}
		catch (Throwable failure) {
			return CompletableFuture.failedFuture(failure);
		}
	}

	/**
	 * Listens to the stage, which is all that every stage allows.
	 * @return false if not even that, so that it is not known what becomes of it
	 */
	private static boolean handOver(CompletionStage<?> stage, CompletableFuture<@Nullable Object> result) {
		try {
			var unused = stage.whenComplete((value, failure) -> {
				if (failure != null) {
					result.completeExceptionally(failure);
				}
				else {
					result.complete(value);
				}
			});
			return true;
		}
		catch (Throwable broken) {
			result.completeExceptionally(broken);
			return false;
		}
	}

	private void replay(Step.Replay replay) throws Throwable {
		IdempotentResult<@Nullable Object> result = this.calls.replayer()
			.replay(this.call, replay.outcome(), replay.source());
		end((this.method != null) ? result.value() : result, null);
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

	private interface Action {

		void perform() throws Throwable;

	}

}
