package io.idempotent.engine.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.idempotent.IdempotencyContext;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.engine.transaction.SurroundingTransaction;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;

/**
 * What one caller of this JVM is doing about a record, for the others to wait on: first
 * it finds out the state of the record, then, if it has become the owner, it executes.
 */
public final class InFlightCall {

	private final RecordKey key;

	/** True once the record is known to be in progress, false if it ended before that. */
	private final CompletableFuture<Boolean> inProgress = new CompletableFuture<>();

	private final CompletableFuture<@Nullable Replayable> end = new CompletableFuture<>();

	/** What this call is part of, and may end for the same reason. */
	private final @Nullable IdempotencyContext outer = IdempotencyContext.current().orElse(null);

	private @Nullable List<String> abandoned;

	private volatile @Nullable Thread holder = Thread.currentThread();

	private volatile @Nullable Fingerprint fingerprint;

	private volatile @Nullable TransactionSynchronization transaction;

	public InFlightCall(RecordKey key) {
		this.key = key;
	}

	public RecordKey key() {
		return this.key;
	}

	/**
	 * Whether the current thread is inside of this very execution or its transaction.
	 */
	boolean isHeldByCurrentThread() {
		return this.holder == Thread.currentThread();
	}

	/**
	 * This thread goes on with what another one has begun.
	 */
	void hold() {
		this.holder = Thread.currentThread();
	}

	/**
	 * The caller has gone on; what is left to do is done by others.
	 */
	public void letGo() {
		this.holder = null;
	}

	/**
	 * The execution has finished in a transaction that is still to end.
	 * @param transaction what was registered with it, null if it has not finished
	 */
	public void finishedIn(@Nullable TransactionSynchronization transaction) {
		this.transaction = transaction;
	}

	/**
	 * Whether it has finished in the very transaction that the current thread is in, and
	 * can be replayed there.
	 */
	boolean isFinishedInThisTransaction() {
		TransactionSynchronization transaction = this.transaction;
		return transaction != null && isHeldByCurrentThread() && SurroundingTransaction.isCurrent(transaction);
	}

	/**
	 * Keeps what was abandoned by this call, or inside of it, until it ends.
	 * @return false if it has ended
	 */
	synchronized boolean keepAbandoned(List<String> attempts) {
		if (hasEnded()) {
			return false;
		}
		this.abandoned = (this.abandoned != null) ? this.abandoned : new ArrayList<>();
		this.abandoned.addAll(attempts);
		return true;
	}

	synchronized List<String> takeAbandoned() {
		List<String> attempts = (this.abandoned != null) ? this.abandoned : List.of();
		this.abandoned = null;
		return attempts;
	}

	/**
	 * The record of the call that this one is part of.
	 */
	@Nullable RecordKey outer() {
		IdempotencyContext outer = this.outer;
		return (outer != null) ? new RecordKey(outer.scope(), outer.operation(), outer.key()) : null;
	}

	public void markInProgress(@Nullable Fingerprint fingerprint) {
		this.fingerprint = fingerprint;
		this.inProgress.complete(true);
	}

	/**
	 * The fingerprint of the record in progress.
	 */
	public @Nullable Fingerprint fingerprint() {
		return this.fingerprint;
	}

	public void end(@Nullable Replayable outcome) {
		this.end.complete(outcome);
		this.inProgress.complete(false);
	}

	/**
	 * Is completed once the state of the record is known: with whether it is in progress.
	 */
	public CompletableFuture<Boolean> state() {
		return this.inProgress;
	}

	/**
	 * Is completed once the execution has ended: with its outcome, or with null.
	 */
	public CompletableFuture<@Nullable Replayable> end() {
		return this.end;
	}

	/**
	 * Waits until the state of the record is known.
	 * @return whether it is in progress
	 */
	boolean awaitState(long nanos) throws InterruptedException, TimeoutException {
		return await(this.inProgress, nanos);
	}

	public boolean hasEnded() {
		return this.end.isDone();
	}

	/**
	 * The outcome.
	 * @return null if it ended without one, or has not ended
	 */
	public @Nullable Replayable outcome() {
		return this.end.getNow(null);
	}

	/**
	 * Waits until the execution has ended.
	 * @return its outcome, null if it ended without one
	 */
	@Nullable Replayable awaitEnd(long nanos) throws InterruptedException, TimeoutException {
		return await(this.end, nanos);
	}

	private static <T extends @Nullable Object> T await(CompletableFuture<T> future, long nanos)
			throws InterruptedException, TimeoutException {
		try {
			return future.get(Math.max(nanos, 0), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("never completed with an exception", ex);
		}
	}

}
