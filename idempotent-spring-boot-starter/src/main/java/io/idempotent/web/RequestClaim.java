package io.idempotent.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

import io.idempotent.IdempotencyContext;
import io.idempotent.OperationInProgressException;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.CallInputs;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.Operation;
import io.idempotent.engine.UnavailableResult;
import io.idempotent.engine.UncertainTransactions;
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

	/** Completed if this request becomes the owner. */
	private final CompletableFuture<IdempotencyContext> owned = new CompletableFuture<>();

	/** The outcome of the handler. */
	private final CompletableFuture<Object> outcome = new CompletableFuture<>();

	/** What the engine says: a replay, a refusal, or that the outcome is recorded. */
	private CompletableFuture<?> answer = new CompletableFuture<>();

	private final Set<Class<? extends Throwable>> recordFailures;

	private volatile Stage stage = Stage.NOT_CALLED;

	/** What the handler has thrown, if it decides what follows. */
	private volatile @Nullable Throwable decided;

	private volatile boolean unknown;

	private RequestClaim(Operation operation, Set<Class<? extends Throwable>> recordFailures) {
		this.operation = operation;
		this.recordFailures = recordFailures;
	}

	/**
	 * Claims a record. Asks the store, on the present thread.
	 * @param recordFailures the failures that are outcomes
	 * @param inputs what tells one request from another
	 */
	static RequestClaim start(IdempotencyEngine engine, Operation operation,
			Set<Class<? extends Throwable>> recordFailures, CallInputs inputs) {
		RequestClaim claim = new RequestClaim(operation, recordFailures);
		ThrowingCallback<CompletableFuture<Object>, RuntimeException> handler = claim::own;
		claim.answer = (CompletableFuture<?>) engine.defer(operation, () -> inputs, handler);
		return claim;
	}

	Operation operation() {
		return this.operation;
	}

	/** What the engine calls when this request is the owner. */
	private CompletableFuture<Object> own() {
		if (!this.owned.complete(IdempotencyContext.current().orElseThrow())) {
			return CompletableFuture.failedFuture(new NotRecordedException("The request has gone"));
		}
		return this.outcome;
	}

	/**
	 * What becomes of the request.
	 * @return completed with what is to be replayed, or with null if this request is the
	 * owner; fails with the refusal
	 */
	CompletableFuture<@Nullable RecordedResponse> decision() {
		return CompletableFuture.anyOf(this.owned, this.answer)
			.thenApply((any) -> this.owned.isDone() ? null : (RecordedResponse) any);
	}

	/**
	 * Gives up before it is known whether this request is the owner.
	 * @return false if it has become that
	 */
	boolean withdraw() {
		if (!this.owned.cancel(false)) {
			return false;
		}
		this.answer.cancel(false);
		return true;
	}

	/**
	 * The attempt, once this request is the owner.
	 */
	IdempotencyContext context() {
		return this.owned.join();
	}

	/**
	 * Calls the handler; again only if it has failed in a way after which the next
	 * attempt may run, and somebody around it retries.
	 */
	@Nullable Object call(ThrowingCallback<@Nullable Object, Throwable> method) throws Throwable {
		enter();
		try {
			Object result = UncertainTransactions.watch(() -> context().call(method), () -> this.unknown = true);
			leave();
			return result;
		}
		catch (Throwable failure) {
			leave(failure);
			throw failure;
		}
	}

	/**
	 * The handler is about to be called.
	 * @throws Throwable if it must not be
	 */
	void enter() throws Throwable {
		Throwable decided = this.decided;
		if (decided != null) {
			throw decided;
		}
		if (this.stage == Stage.RUNNING || this.stage == Stage.RETURNED) {
			throw new OperationInProgressException(this.operation.name(), context().key(),
					"This call comes from inside of that very request.", RETRY_AFTER);
		}
		this.stage = Stage.RUNNING;
	}

	/**
	 * The handler has returned.
	 */
	void leave() {
		this.stage = Stage.RETURNED;
	}

	/**
	 * The handler has failed.
	 */
	void leave(Throwable failure) {
		boolean recorded = isRecorded(failure);
		this.unknown = !recorded && (this.unknown || this.operation.isUnknownAfter(failure));
		if (recorded || this.unknown) {
			this.decided = failure;
		}
		this.stage = Stage.FAILED;
	}

	boolean isCalled() {
		return this.stage != Stage.NOT_CALLED;
	}

	boolean isReturned() {
		return this.stage == Stage.RETURNED;
	}

	/**
	 * Whether the handler has failed, and nobody knows what it has done.
	 */
	boolean isUnknown() {
		return this.unknown;
	}

	/**
	 * Whether a failure is an outcome of the handler.
	 */
	boolean isRecorded(Throwable failure) {
		return this.recordFailures.stream().anyMatch((type) -> type.isInstance(failure));
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

	private enum Stage {

		NOT_CALLED, RUNNING, FAILED, RETURNED

	}

	/**
	 * There is no outcome: the next attempt may run.
	 */
	static final class NotRecordedException extends RuntimeException {

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
