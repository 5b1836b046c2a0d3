package io.idempotent.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

import io.idempotent.IdempotencyContext;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.util.ConcurrentReferenceHashMap;
import org.springframework.util.ConcurrentReferenceHashMap.ReferenceType;

/**
 * Marks what a transaction manager throws when it cannot tell how a transaction ended, so
 * that it is recognised wherever it arrives: on another thread, or at the end of a
 * publisher. The attempt of the thread is marked as well, as its method may throw
 * something else instead. To be registered with the transaction managers of the
 * application, blocking and reactive ones.
 */
public final class UncertainTransactions implements TransactionExecutionListener {

	private static final Map<Throwable, Boolean> FAILURES = new ConcurrentReferenceHashMap<>(16, ReferenceType.WEAK);

	private static final Map<IdempotencyContext, Boolean> ATTEMPTS = new ConcurrentReferenceHashMap<>(16,
			ReferenceType.WEAK);

	/** The commit of this thread, with what is to be told if it fails. */
	private static final ThreadLocal<@Nullable List<IntConsumer>> COMMITTING = new ThreadLocal<>();

	@Override
	public void beforeCommit(TransactionExecution transaction) {
		if (transaction instanceof TransactionStatus && transaction.isNewTransaction()) {
			COMMITTING.set(List.of());
		}
	}

	@Override
	public void afterCommit(TransactionExecution transaction, @Nullable Throwable commitFailure) {
		boolean rolledBack = commitFailure != null && CommitFailures.saysRolledBack(commitFailure);
		if (commitFailure != null && !rolledBack) {
			notice(commitFailure);
		}
		else if (commitFailure == null && transaction.isNewTransaction() && !transaction.isReadOnly()) {
			SurroundingTransaction.committedInside();
		}
		ended(transaction, rolledBack);
	}

	@Override
	public void afterRollback(TransactionExecution transaction, @Nullable Throwable rollbackFailure) {
		if (rollbackFailure != null) {
			notice(rollbackFailure);
		}
		ended(transaction, rollbackFailure == null);
	}

	private static void notice(Throwable failure) {
		FAILURES.put(failure, true);
		IdempotencyContext.current().ifPresent((attempt) -> ATTEMPTS.put(attempt, true));
	}

	private static void ended(TransactionExecution transaction, boolean rolledBack) {
		if (transaction instanceof TransactionStatus && transaction.isNewTransaction()) {
			List<IntConsumer> waiting = COMMITTING.get();
			COMMITTING.remove();
			if (waiting != null) {
				waiting.forEach((action) -> action.accept(rolledBack ? TransactionSynchronization.STATUS_ROLLED_BACK
						: TransactionSynchronization.STATUS_UNKNOWN));
			}
		}
	}

	/**
	 * Whether the thread is between the begin of a commit and its end.
	 */
	static boolean isCommitting() {
		return COMMITTING.get() != null;
	}

	/**
	 * Calls back with what the failure of the present commit says about its end.
	 */
	static void whenCommitFailed(IntConsumer action) {
		List<IntConsumer> waiting = new ArrayList<>(List.of(action));
		List<IntConsumer> former = COMMITTING.get();
		if (former != null) {
			waiting.addAll(former);
		}
		COMMITTING.set(waiting);
	}

	/**
	 * Whether it was noticed in an attempt, which ends with this.
	 */
	static boolean endOf(IdempotencyContext attempt) {
		return !ATTEMPTS.isEmpty() && ATTEMPTS.remove(attempt) != null;
	}

	/**
	 * Whether a transaction manager threw this because it could not tell.
	 */
	static boolean isMarked(Throwable failure) {
		return FAILURES.containsKey(failure);
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

}
