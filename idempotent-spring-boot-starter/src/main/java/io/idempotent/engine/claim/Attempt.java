package io.idempotent.engine.claim;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotentResult;
import io.idempotent.OwnershipLostException;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.outcome.AttemptResult;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.engine.outcome.UnavailableResult;
import io.idempotent.engine.transaction.CommitFailureListener;
import io.idempotent.engine.transaction.JoinedTransaction;
import io.idempotent.engine.transaction.SurroundingTransaction;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a method by the one owner of its record. It ends once, by the first of
 * its ends that is called, and takes its call off the in-flight calls when that is
 * recorded. Whatever goes wrong after the method has returned or thrown never releases
 * the record, and never masks what the method said.
 */
public final class Attempt {

	private final AttemptSupport attempts;

	private final Call call;

	private final InFlightCall entry;

	private final Ownership ownership;

	private final Lease lease;

	private final long number;

	private final long fencingToken;

	private final @Nullable JoinedTransaction joined;

	/** The caller's transaction, as long as what the method does is part of it. */
	private @Nullable SurroundingTransaction surrounding;

	/** Whether it is known that the method has failed. */
	private volatile boolean failed;

	private boolean called = true;

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile @Nullable IdempotencyContext context;

	Attempt(AttemptSupport attempts, Call call, InFlightCall entry, Claim claim, ClaimResult.Acquired acquired,
			long sentAt, @Nullable JoinedTransaction joined) {
		this.attempts = attempts;
		this.call = call;
		this.entry = entry;
		this.ownership = claim.ownership();
		this.lease = new Lease(this.ownership, claim.lease(), sentAt, () -> leave(null));
		this.number = acquired.attempt();
		this.fencingToken = acquired.fencingToken();
		this.joined = joined;
	}

	public Call call() {
		return this.call;
	}

	public Operation operation() {
		return this.call.operation();
	}

	public Ownership ownership() {
		return this.ownership;
	}

	public Lease lease() {
		return this.lease;
	}

	public long number() {
		return this.number;
	}

	public InFlightCall entry() {
		return this.entry;
	}

	/**
	 * The transaction that claim, method and outcome are part of, null if the record is
	 * independent of it.
	 */
	public @Nullable JoinedTransaction joined() {
		return this.joined;
	}

	/**
	 * Whether the claim is known to have taken effect.
	 */
	boolean isCertain() {
		return this.number > 0;
	}

	/**
	 * The attempt as the method sees it.
	 * @return the context
	 */
	public IdempotencyContext context() {
		IdempotencyContext context = this.context;
		if (context == null) {
			RecordKey key = this.ownership.key();
			context = new IdempotencyContext(key.scope(), key.operation(), key.key(), this.number, this.fencingToken);
			this.context = context;
		}
		return context;
	}

	/**
	 * Keeps the lease, and watches the transaction of this thread.
	 */
	public void begin() {
		this.attempts.leases().hold(this.lease);
		this.entry.hold();
		this.surrounding = operation().detached() ? null : SurroundingTransaction.of(context());
	}

	/**
	 * Calls the method, on the thread that has begun the attempt.
	 */
	public <T extends @Nullable Object, X extends Throwable> T call(ThrowingCallback<T, X> method) throws X {
		Operation operation = operation();
		try {
			T value = context().call(operation.detached() ? () -> callOutside(method) : method);
			if (isInCallersTransaction() && value != null && !operation.shareable()
					&& !operation.shape().isDeferred()) {
				this.attempts.callers().flush();
			}
			return value;
		}
		finally {
			returned();
		}
	}

	/**
	 * Calls the method outside of the caller's transactions. If these cannot be suspended
	 * it was not called, whatever its failures mean.
	 */
	private <T extends @Nullable Object, X extends Throwable> T callOutside(ThrowingCallback<T, X> method) throws X {
		this.called = false;
		return this.attempts.callers().outside(operation().name(), () -> {
			this.called = true;
			return method.call();
		});
	}

	/**
	 * The method has returned, although its result may be still to come. From now on the
	 * end of the caller's transaction counts, unless the method has left it.
	 */
	public void returned() {
		SurroundingTransaction transaction = isInCallersTransaction() ? this.surrounding : null;
		if (transaction == null) {
			this.entry.letGo();
			return;
		}
		this.attempts.callers().warnOfRollback(operation().name());
		transaction.checkBeforeCommit(() -> {
			if (!this.failed) {
				this.attempts.leases().requireOwned(this);
			}
		});
		transaction.whenEnded((status) -> this.entry.letGo());
	}

	private boolean isInCallersTransaction() {
		if (this.surrounding != null && !this.surrounding.decides()) {
			this.surrounding = null;
		}
		return this.surrounding != null;
	}

	/**
	 * Ends with the result of the method.
	 * @throws OwnershipLostException if another owner has decided it meanwhile
	 */
	public <T extends @Nullable Object> IdempotentResult<T> recordResult(T value) {
		CommitFailureListener.endOf(context());
		if (end(() -> AttemptResult.ofResult(this.attempts.outcomes(), operation(), value)) == OwnershipResult.LOST) {
			throw ownershipLost();
		}
		return new IdempotentResult<>(value, false, this.number, Instant.now());
	}

	/**
	 * Ends with the failure of the method.
	 * @param uncertain whether it is not known what the method is doing
	 */
	public void recordFailure(Throwable failure, boolean uncertain) {
		this.failed = true;
		boolean unknown = CommitFailureListener.endOf(context()) || uncertain;
		OwnershipResult unused = end(
				() -> this.called ? AttemptResult.ofFailure(this.attempts.outcomes(), operation(), failure, unknown)
						: AttemptResult.RELEASED);
	}

	private void recordEnd(AttemptResult result) {
		CommitFailureListener.endOf(context());
		OwnershipResult unused = end(() -> result);
	}

	/**
	 * Ends it, or leaves it to the lease if that cannot even be tried.
	 */
	private OwnershipResult end(Supplier<AttemptResult> concluding) {
		try {
			AttemptResult result = concluding.get();
			this.call.ended(result.kind().outcome(), IdempotencySource.NONE, this.number);
			SurroundingTransaction transaction = this.surrounding;
			if (transaction == null) {
				return this.attempts.recorder().end(this, result);
			}
			transaction.whenEnded((status) -> this.attempts.threads()
				.runBounded(() -> this.attempts.recorder().end(this, result.after(status, transaction.isDivided()))));
		}
		catch (Throwable trouble) {
			// whatever it is: the caller gets what the method said
			this.attempts.recorder().giveUp(this, trouble);
		}
		return OwnershipResult.CONFIRMED;
	}

	/**
	 * Ends it with a result, on a thread that may wait for the store.
	 * @param result the result, or {@link UnavailableResult}
	 * @return completed when it is recorded; fails with {@link OwnershipLostException} if
	 * another owner has decided it meanwhile
	 */
	public CompletableFuture<?> complete(Object result) {
		return later(() -> recordResult(result), null);
	}

	/**
	 * Ends it without an outcome, so that the next attempt may run, on a thread that may
	 * wait for the store.
	 * @param reason what listeners are told
	 * @return completed when that is recorded
	 */
	public CompletableFuture<?> release(Throwable reason) {
		this.failed = true;
		return later(() -> recordEnd(AttemptResult.RELEASED), reason);
	}

	/**
	 * Ends it with an outcome that is not known, on a thread that may wait for the store.
	 * @param reason what listeners are told
	 * @return completed when that is recorded
	 */
	public CompletableFuture<?> abandon(Throwable reason) {
		this.failed = true;
		return later(() -> recordEnd(AttemptResult.UNKNOWN), reason);
	}

	/**
	 * Ends it on a worker, if it has not ended before, and tells the listeners how the
	 * call has ended.
	 */
	private CompletableFuture<?> later(Runnable end, @Nullable Throwable failure) {
		if (!this.ended.compareAndSet(false, true)) {
			return CompletableFuture.completedFuture(null);
		}
		CompletableFuture<@Nullable Object> recorded = new CompletableFuture<>();
		EngineThreads.execute(this.attempts.threads().workers(), () -> {
			Throwable refusal = null;
			try {
				end.run();
			}
			catch (Throwable ex) {
				refusal = ex;
			}
			this.attempts.events().ended(this.call, (refusal != null) ? refusal : failure);
			if (refusal != null) {
				recorded.completeExceptionally(refusal);
			}
			else {
				recorded.complete(null);
			}
		});
		return recorded;
	}

	/**
	 * Whether its end has begun.
	 * @return false as long as it may be ended
	 */
	public boolean isEnded() {
		return this.ended.get();
	}

	/**
	 * Takes the call off the in-flight calls.
	 */
	public void leave(@Nullable Replayable outcome) {
		this.attempts.calls().leave(this.entry, outcome);
	}

	/**
	 * The refusal of a result that another owner has decided about meanwhile.
	 */
	public OwnershipLostException ownershipLost() {
		return this.call.refused(
				new OwnershipLostException(operation().name(), this.ownership.key().key(), this.number),
				IdempotencySource.NONE);
	}

}
