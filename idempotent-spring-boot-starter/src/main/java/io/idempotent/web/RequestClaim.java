package io.idempotent.web;

import java.time.Duration;
import java.util.Set;
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
import io.idempotent.engine.UnavailableResult;
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

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

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

	RequestClaim(Operation operation, Set<Class<? extends Throwable>> recordFailures) {
		this.operation = operation;
		this.recordFailures = recordFailures;
	}

	Operation operation() {
		return this.operation;
	}

	/**
	 * What the engine calls when this request is the owner.
	 */
	CompletableFuture<Object> own() {
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
	@Nullable RecordedResponse await(CompletableFuture<?> answer, Object key) {
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
						"This request was interrupted while it waited.", RETRY_AFTER);
			}
		}
		return this.owned.isDone() ? null : (RecordedResponse) answer.join();
	}

	/**
	 * Calls the handler; again only if it has failed in a way after which the next
	 * attempt may run, and somebody around it retries.
	 */
	@Nullable Object call(ThrowingCallback<@Nullable Object, Throwable> method) throws Throwable {
		Throwable decided = this.decided;
		if (decided != null) {
			throw decided;
		}
		if (this.stage == Stage.RUNNING || this.stage == Stage.RETURNED) {
			throw new OperationInProgressException(this.operation.name(), this.owned.join().key(),
					"This call comes from inside of that very request.", RETRY_AFTER);
		}
		this.stage = Stage.RUNNING;
		try {
			Object result = UncertainTransactions.watch(() -> this.owned.join().call(method),
					() -> this.unknown = true);
			this.stage = Stage.RETURNED;
			return result;
		}
		catch (Throwable failure) {
			this.stage = Stage.FAILED;
			boolean recorded = isRecorded(failure);
			this.unknown = !recorded && (this.unknown || this.operation.isUnknownAfter(failure));
			if (recorded || this.unknown) {
				this.decided = failure;
			}
			throw failure;
		}
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
	 * Ends with an answer that is to be replayed, or with {@link UnavailableResult}, and
	 * waits until that is recorded.
	 * @throws RuntimeException if it is refused, because somebody else has taken over
	 */
	void complete(Object answer) {
		this.outcome.complete(answer);
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
