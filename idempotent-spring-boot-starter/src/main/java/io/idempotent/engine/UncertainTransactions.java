package io.idempotent.engine;

import io.idempotent.ThrowingCallback;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Notices that a transaction inside of the method ended without anybody knowing how: its
 * commit failed and so did the rollback after it. The exception alone does not tell, as
 * transaction managers translate it in different ways. To be registered with the
 * transaction managers of the application.
 */
public final class UncertainTransactions implements TransactionExecutionListener {

	private static final ThreadLocal<@Nullable Boolean> NOTICED = new ThreadLocal<>();

	@Override
	public void afterCommit(TransactionExecution transaction, @Nullable Throwable commitFailure) {
		notice(commitFailure);
	}

	@Override
	public void afterRollback(TransactionExecution transaction, @Nullable Throwable rollbackFailure) {
		notice(rollbackFailure);
	}

	/**
	 * Runs a part of a method.
	 * @param <T> the type of its result
	 * @param <X> the type of what it may throw
	 * @param part the part
	 * @param listener is told if it was noticed meanwhile, before this returns or throws
	 * @return what the part returns
	 * @throws X what the part throws
	 */
	public static <T extends @Nullable Object, X extends Throwable> T watch(ThrowingCallback<T, X> part,
			Runnable listener) throws X {
		boolean surrounding = clear();
		try {
			return part.call();
		}
		finally {
			if (clear()) {
				listener.run();
			}
			restore(surrounding);
		}
	}

	private static void notice(@Nullable Throwable failure) {
		if (failure != null) {
			NOTICED.set(true);
		}
	}

	/**
	 * Gives back to the surrounding method what it had noticed before.
	 */
	static void restore(boolean noticed) {
		if (noticed) {
			NOTICED.set(true);
		}
		else {
			NOTICED.remove();
		}
	}

	/**
	 * Whether it was noticed on this thread since this was last asked.
	 */
	static boolean clear() {
		boolean noticed = NOTICED.get() != null;
		NOTICED.remove();
		return noticed;
	}

}
