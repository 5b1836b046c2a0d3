package io.idempotent.web;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.idempotent.IdempotencyContext;
import io.idempotent.OperationInProgressException;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Operation;
import io.idempotent.engine.UncertainTransactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claim of one request: from the moment in which its owner is known to that in which
 * its outcome is recorded. To the engine this is a method whose result comes later.
 */
final class RequestClaim {

	private static final Logger logger = LoggerFactory.getLogger(RequestClaim.class);

	private final Operation operation;

	/** Completed if this request becomes the owner. */
	private final CompletableFuture<IdempotencyContext> owned = new CompletableFuture<>();

	/** The outcome of the handler. */
	private final CompletableFuture<RecordedResponse> outcome = new CompletableFuture<>();

	/** What the engine says: a replay, a refusal, or that the outcome is recorded. */
	private CompletableFuture<RecordedResponse> answer = new CompletableFuture<>();

	private volatile boolean invoked;

	private volatile boolean returned;

	private volatile boolean uncertain;

	RequestClaim(Operation operation) {
		this.operation = operation;
	}

	Operation operation() {
		return this.operation;
	}

	/**
	 * What the engine calls when this request is the owner.
	 */
	CompletableFuture<RecordedResponse> own() {
		if (!this.owned.complete(IdempotencyContext.current().orElseThrow())) {
			return CompletableFuture.failedFuture(new NotRecordedException("The request has gone"));
		}
		return this.outcome;
	}

	/**
	 * Waits until it is known whether this request is the owner.
	 * @param answer what the engine says
	 * @param key says the key, for a refusal
	 * @return what is to be replayed, null if this request is the owner
	 * @throws RuntimeException the refusal
	 */
	@Nullable RecordedResponse await(CompletableFuture<RecordedResponse> answer, Object key) {
		this.answer = answer;
		try {
			CompletableFuture.anyOf(this.owned, answer).get();
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			if (this.owned.cancel(false)) {
				answer.cancel(false);
				throw new OperationInProgressException(this.operation.name(), key.toString(),
						"This request was interrupted while it waited.", Duration.ofSeconds(1));
			}
		}
		return this.owned.isDone() ? null : answer.join();
	}

	/**
	 * Calls the handler, once.
	 */
	@Nullable Object call(ThrowingCallback<@Nullable Object, Throwable> method) throws Throwable {
		this.invoked = true;
		Object result = UncertainTransactions.watch(() -> this.owned.join().call(method), () -> this.uncertain = true);
		this.returned = true;
		return result;
	}

	boolean isInvoked() {
		return this.invoked;
	}

	/**
	 * Whether the handler has returned, so that whatever fails then is not its failure.
	 */
	boolean isReturned() {
		return this.returned;
	}

	/**
	 * Whether a transaction ended without anybody knowing how.
	 */
	boolean isUncertain() {
		return this.uncertain;
	}

	boolean isEnded() {
		return this.outcome.isDone();
	}

	/**
	 * Ends with an answer that is to be replayed, and waits until it is recorded.
	 * @throws RuntimeException if it is refused, because somebody else has taken over
	 */
	void complete(RecordedResponse response) {
		this.outcome.complete(response);
		await();
	}

	/**
	 * Ends without: what follows depends on the failure.
	 */
	void fail(Throwable failure) {
		this.outcome.completeExceptionally(failure);
		try {
			await();
		}
		catch (RuntimeException | Error ex) {
			logger.trace("Ended without an answer", ex);
		}
	}

	private void await() {
		try {
			this.answer.get(this.operation.lease().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			logger.warn(
					"The outcome of a request of operation '{}' is still being recorded: it is answered all the same",
					this.operation.name());
		}
		catch (InterruptedException ex) {
			// goes on in the background
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
	}

	/** What the engine refuses with is unchecked. */
	private static RuntimeException failure(Exception ex) {
		Throwable cause = ex.getCause();
		if (cause instanceof Error error) {
			throw error;
		}
		return (cause instanceof RuntimeException failure) ? failure
				: new CompletionException((cause != null) ? cause : ex);
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
