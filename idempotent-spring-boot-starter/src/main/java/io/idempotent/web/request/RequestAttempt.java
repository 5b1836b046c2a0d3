package io.idempotent.web.request;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.idempotent.IdempotentResult;
import io.idempotent.ResultUnavailableException;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.claim.Attempt;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.outcome.UnavailableResult;
import io.idempotent.web.RecordedResponse;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one request: from the moment in which its owner is known to that in which
 * its outcome is recorded.
 */
public final class RequestAttempt {

	/** A message for the log, with a place for the operation. */
	public static final String STILL_RECORDING = "The outcome of a request of operation '{}' is still being recorded: it is answered all the same";

	private final Operation operation;

	private final RequestInputs inputs;

	private final HandlerInvocation handler;

	/** Whether the request has taken what was decided, or given up before. */
	private final AtomicBoolean taken = new AtomicBoolean();

	private volatile CompletableFuture<Object> admitted = new CompletableFuture<>();

	/**
	 * Creates a claim.
	 * @param operation what the handler does
	 * @param recordFailures the failures that are outcomes
	 * @param inputs what tells one request from another
	 */
	public RequestAttempt(Operation operation, Set<Class<? extends Throwable>> recordFailures, RequestInputs inputs) {
		this.operation = operation;
		this.inputs = inputs;
		this.handler = new HandlerInvocation(operation, recordFailures, () -> attempt().context());
	}

	public Operation operation() {
		return this.operation;
	}

	public HandlerInvocation handler() {
		return this.handler;
	}

	/**
	 * Claims the record. Asks the store, on the present thread.
	 * @return what becomes of the request: completed with what is to be replayed, or with
	 * null if this request is the owner; fails with the refusal
	 */
	public CompletableFuture<@Nullable RecordedResponse> start(IdempotencyEngine engine) {
		this.admitted = engine.admit(this.operation, this.inputs);
		return this.admitted.thenApply(
				(admitted) -> (admitted instanceof IdempotentResult<?> result) ? recorded(result.value()) : null);
	}

	private RecordedResponse recorded(@Nullable Object recorded) {
		if (recorded == null) {
			throw new ResultUnavailableException(this.operation.name(), String.valueOf(this.inputs.key()),
					"It was settled without an answer.", null);
		}
		return (RecordedResponse) recorded;
	}

	/** That of a request which is the owner. */
	private Attempt attempt() {
		return (Attempt) this.admitted.join();
	}

	/**
	 * Takes the ownership over from the engine.
	 * @return false if the request was given up before
	 */
	public boolean take() {
		return this.taken.compareAndSet(false, true);
	}

	/**
	 * Gives the request up, unless its ownership was taken: its handler will not be
	 * called.
	 */
	public void giveUp() {
		if (take()) {
			giveUp(this.admitted);
		}
	}

	/**
	 * Does not wait for an admission any more, and releases what was admitted.
	 */
	public static void giveUp(CompletableFuture<Object> admitted) {
		if (!admitted.cancel(false) && !admitted.isCompletedExceptionally()
				&& admitted.join() instanceof Attempt attempt) {
			var unused = attempt.release(new CancellationException("The request was given up"));
		}
	}

	public boolean isEnded() {
		return attempt().isEnded();
	}

	/**
	 * Ends with an answer that is to be replayed, or with {@link UnavailableResult}.
	 * @return completed when that is recorded; fails if it is refused, because another
	 * owner has taken over
	 */
	CompletableFuture<?> complete(Object answer) {
		return attempt().complete(answer);
	}

	/**
	 * Ends without an outcome: the next attempt may run.
	 * @return completed when that is recorded
	 */
	CompletableFuture<?> release(Throwable reason) {
		return attempt().release(reason);
	}

	/**
	 * Ends with an outcome that is not known.
	 * @return completed when that is recorded
	 */
	CompletableFuture<?> abandon(Throwable reason) {
		return attempt().abandon(reason);
	}

	/**
	 * Why a request has ended without an outcome, where no exception says it.
	 */
	static final class NoOutcomeException extends RuntimeException {

		NoOutcomeException(String reason, @Nullable Throwable cause) {
			super(reason, cause, false, false);
		}

	}

}
