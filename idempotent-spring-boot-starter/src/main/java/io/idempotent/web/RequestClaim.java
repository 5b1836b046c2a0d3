package io.idempotent.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.idempotent.IdempotencyContext;
import io.idempotent.ResultUnavailableException;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.NotStarted;
import io.idempotent.engine.Operation;
import io.idempotent.engine.UnavailableResult;
import org.jspecify.annotations.Nullable;

/**
 * The claim of one request: from the moment in which its owner is known to that in which
 * its outcome is recorded. To the engine this is a method whose result comes later.
 */
final class RequestClaim {

	/** A message for the log, with a place for the operation. */
	static final String STILL_RECORDING = "The outcome of a request of operation '{}' is still being recorded: it is answered all the same";

	static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private final Operation operation;

	private final RequestInputs inputs;

	private final HandlerRun handler;

	/** Whether the request has taken what was decided, or given up before. */
	private final AtomicBoolean taken = new AtomicBoolean();

	/** Completed if this request becomes the owner. */
	private final CompletableFuture<IdempotencyContext> owned = new CompletableFuture<>();

	/** The outcome of the handler. */
	private final CompletableFuture<Object> outcome = new CompletableFuture<>();

	/** What the engine says: a replay, a refusal, or that the outcome is recorded. */
	private volatile CompletableFuture<?> answer = new CompletableFuture<>();

	/**
	 * Creates a claim.
	 * @param operation what the handler does
	 * @param recordFailures the failures that are outcomes
	 * @param inputs what tells one request from another
	 */
	RequestClaim(Operation operation, Set<Class<? extends Throwable>> recordFailures, RequestInputs inputs) {
		this.operation = operation;
		this.inputs = inputs;
		this.handler = new HandlerRun(operation, recordFailures, this.owned::join);
	}

	Operation operation() {
		return this.operation;
	}

	HandlerRun handler() {
		return this.handler;
	}

	/**
	 * Claims the record. Asks the store, on the present thread.
	 * @return what becomes of the request: completed with what is to be replayed, or with
	 * null if this request is the owner; fails with the refusal
	 */
	CompletableFuture<@Nullable RecordedResponse> start(IdempotencyEngine engine) {
		ThrowingCallback<CompletableFuture<Object>, RuntimeException> owner = this::own;
		CompletableFuture<?> answer = (CompletableFuture<?>) engine.defer(this.operation, () -> this.inputs, owner);
		this.answer = answer;
		return CompletableFuture.anyOf(this.owned, answer)
			.thenApply((any) -> this.owned.isDone() ? null : recorded(any));
	}

	/** What the engine calls when this request is the owner. */
	private CompletableFuture<Object> own() {
		if (!this.owned.complete(IdempotencyContext.current().orElseThrow())) {
			return CompletableFuture.failedFuture(new NotRecordedException("The request has gone"));
		}
		return this.outcome;
	}

	private RecordedResponse recorded(@Nullable Object recorded) {
		if (recorded == null) {
			throw new ResultUnavailableException(this.operation.name(), String.valueOf(this.inputs.key()),
					"It was settled without an answer.", null);
		}
		return (RecordedResponse) recorded;
	}

	/**
	 * Takes the ownership over from the engine.
	 * @return false if the request was given up before
	 */
	boolean take() {
		return this.taken.compareAndSet(false, true);
	}

	/**
	 * Gives the request up, unless its ownership was taken: its handler will not be
	 * called.
	 */
	void giveUp() {
		if (!take()) {
			return;
		}
		if (this.owned.cancel(false)) {
			this.answer.cancel(false);
		}
		else {
			var unused = fail(new NotRecordedException("The request was given up"));
		}
	}

	boolean isEnded() {
		return this.outcome.isDone();
	}

	/**
	 * Ends with an answer that is to be replayed, or with {@link UnavailableResult}.
	 * @return completed when that is recorded; fails if it is refused, because somebody
	 * else has taken over
	 */
	CompletableFuture<?> complete(Object answer) {
		this.outcome.complete(answer);
		return this.answer;
	}

	/**
	 * Ends without: what follows depends on the failure.
	 * @return completed when that is recorded
	 */
	CompletableFuture<?> fail(Throwable failure) {
		this.outcome.completeExceptionally(failure);
		return this.answer.exceptionally((ex) -> null);
	}

	/**
	 * There is no outcome: the next attempt may run.
	 */
	static final class NotRecordedException extends RuntimeException implements NotStarted {

		NotRecordedException(String reason) {
			super(reason, null, false, false);
		}

	}

	/**
	 * Nobody knows the outcome.
	 */
	static final class UnknownOutcomeException extends CancellationException {

		UnknownOutcomeException(String reason, @Nullable Throwable cause) {
			super(reason);
			initCause(cause);
		}

	}

}
