package io.idempotent.engine.transaction;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.function.IntConsumer;

import io.idempotent.IdempotencyContext;
import io.idempotent.engine.failure.CommitFailures;
import io.idempotent.engine.failure.Marks;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Marks what a transaction manager throws when it cannot tell how a transaction ended, so
 * that it is recognised wherever it arrives: on another thread, or at the end of a
 * publisher. The attempt of the thread is marked as well, as its method may throw
 * something else instead. To be registered with the transaction managers of the
 * application, blocking and reactive ones.
 */
public final class CommitFailureListener implements TransactionExecutionListener {

	private static final ConcurrentMap<IdempotencyContext, Boolean> ATTEMPTS = Marks.create();

	/**
	 * The innermost transaction of this thread that is committing, or has begun while
	 * another one was.
	 */
	private static final ThreadLocal<@Nullable Step> STEP = new ThreadLocal<>();

	@Override
	public void afterBegin(TransactionExecution transaction, @Nullable Throwable beginFailure) {
		Step outer = STEP.get();
		if (outer != null && beginFailure == null && outer.transaction != transaction && hasOwnEnd(transaction)) {
			STEP.set(new Step(transaction, outer));
		}
	}

	@Override
	public void beforeCommit(TransactionExecution transaction) {
		if (hasOwnEnd(transaction)) {
			Step step = STEP.get();
			if (step == null || step.transaction != transaction) {
				step = new Step(transaction, step);
				STEP.set(step);
			}
			step.committing = true;
		}
	}

	@Override
	public void afterCommit(TransactionExecution transaction, @Nullable Throwable commitFailure) {
		boolean rolledBack = commitFailure != null && CommitFailures.saysRolledBack(commitFailure);
		if (commitFailure != null && !rolledBack) {
			notice(commitFailure);
		}
		if (!rolledBack && transaction.isNewTransaction() && !transaction.isReadOnly()) {
			SurroundingTransaction.committedInside();
		}
		ended(transaction, rolledBack);
	}

	@Override
	public void afterRollback(TransactionExecution transaction, @Nullable Throwable rollbackFailure) {
		if (rollbackFailure != null) {
			notice(rollbackFailure);
			if (isCommitting() && !transaction.isReadOnly()) {
				// neither the commit nor the rollback after it is known to have happened
				SurroundingTransaction.committedInside();
			}
		}
		ended(transaction, rollbackFailure == null);
	}

	private static void notice(Throwable failure) {
		CommitFailures.mark(failure);
		IdempotencyContext.current().ifPresent((attempt) -> ATTEMPTS.put(attempt, true));
	}

	private static boolean hasOwnEnd(TransactionExecution transaction) {
		return transaction instanceof TransactionStatus && transaction.isNewTransaction();
	}

	/**
	 * Ends this transaction and no other: callbacks of one that is ending may have others
	 * of their own.
	 */
	private static void ended(TransactionExecution transaction, boolean rolledBack) {
		Step step = STEP.get();
		while (step != null && step.transaction != transaction) {
			step = step.outer;
		}
		if (step == null) {
			return;
		}
		if (step.outer != null) {
			STEP.set(step.outer);
		}
		else {
			STEP.remove();
		}
		step.waiting.forEach((action) -> action.accept(rolledBack ? TransactionSynchronization.STATUS_ROLLED_BACK
				: TransactionSynchronization.STATUS_UNKNOWN));
	}

	/**
	 * Whether the transaction of this thread is between the begin of its commit and its
	 * end.
	 */
	static boolean isCommitting() {
		Step step = STEP.get();
		return step != null && step.committing;
	}

	/**
	 * Calls back with what the failure of the present commit says about its end.
	 */
	static void whenCommitFailed(IntConsumer action) {
		Step step = Objects.requireNonNull(STEP.get());
		step.waiting = new ArrayList<>(step.waiting);
		step.waiting.add(0, action);
	}

	/**
	 * Whether it was noticed in an attempt, which ends with this.
	 */
	public static boolean endOf(IdempotencyContext attempt) {
		return !ATTEMPTS.isEmpty() && ATTEMPTS.remove(attempt) != null;
	}

	/**
	 * Tells whether a transaction of an attempt ended without the transaction manager
	 * knowing how.
	 * @param attempt the attempt, on whose threads it was noticed
	 * @return false also for a transaction on a thread that does not have the context of
	 * the attempt: look at the failure then
	 */
	public static boolean isNoticedIn(IdempotencyContext attempt) {
		return !ATTEMPTS.isEmpty() && ATTEMPTS.containsKey(attempt);
	}

	/** A transaction that is committing, or is inside of one that is. */
	private static final class Step {

		private final TransactionExecution transaction;

		private final @Nullable Step outer;

		private boolean committing;

		/** What is to be told if its commit fails. */
		private List<IntConsumer> waiting = List.of();

		private Step(TransactionExecution transaction, @Nullable Step outer) {
			this.transaction = transaction;
			this.outer = outer;
		}

	}

}
