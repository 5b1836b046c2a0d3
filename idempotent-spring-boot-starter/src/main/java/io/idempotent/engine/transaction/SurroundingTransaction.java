package io.idempotent.engine.transaction;

import java.lang.StackWalker.Option;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

import io.idempotent.IdempotencyContext;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxy;
import org.springframework.cglib.proxy.Callback;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionSynchronizationUtils;

/**
 * Watches the transaction that surrounds an attempt, and tells how that ended if what the
 * attempt has done is part of it. Decided by what begins and ends inside of the attempt,
 * never by names: the method's own transaction advice that suspends it takes the whole
 * method out of it; a transaction that the method begins somewhere inside of itself and
 * commits is a part which its rollback does not undo.
 */
public final class SurroundingTransaction implements TransactionSynchronization {

	private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

	/** Those whose attempts are running. */
	private static final Map<IdempotencyContext, SurroundingTransaction> WATCHING = Collections
		.synchronizedMap(new IdentityHashMap<>());

	private final @Nullable IdempotencyContext attempt;

	private final Set<Object> youngerSavepoints = new HashSet<>();

	private boolean undone;

	private volatile boolean left;

	private volatile boolean divided;

	private final CompletableFuture<Integer> end = new CompletableFuture<>();

	private @Nullable Runnable check;

	private SurroundingTransaction(@Nullable IdempotencyContext attempt) {
		this.attempt = attempt;
	}

	static boolean isActive() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive();
	}

	/**
	 * Whether the transaction that this thread still has is over, as callbacks after its
	 * end see it: what takes part in it has no end that could be relied on.
	 */
	static boolean isOver() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			return false;
		}
		return !TransactionSynchronizationManager.isSynchronizationActive()
				|| (CommitFailureListener.isCommitting() && STACK.walk(SurroundingTransaction::isAfterEnd));
	}

	/**
	 * Whether callbacks are running, and not the commit, which may write as well.
	 */
	private static boolean isAfterEnd(Stream<StackWalker.StackFrame> frames) {
		return frames
			.filter((frame) -> frame.getMethodName().equals("doCommit")
					|| (frame.getDeclaringClass() == TransactionSynchronizationUtils.class
							&& frame.getMethodName().startsWith("invokeAfter")))
			.findFirst()
			.filter((frame) -> frame.getDeclaringClass() == TransactionSynchronizationUtils.class)
			.isPresent();
	}

	/**
	 * Watches the transaction of this thread from the begin of an attempt.
	 * @return null if there is none
	 */
	public static @Nullable SurroundingTransaction of(IdempotencyContext attempt) {
		if (!isActive()) {
			return null;
		}
		SurroundingTransaction transaction = register(attempt);
		WATCHING.put(attempt, transaction);
		return transaction;
	}

	private static SurroundingTransaction register(@Nullable IdempotencyContext attempt) {
		SurroundingTransaction transaction = new SurroundingTransaction(attempt);
		TransactionSynchronizationManager.registerSynchronization(transaction);
		return transaction;
	}

	/**
	 * Calls back after the transaction of this thread has ended, with its status as in
	 * {@link TransactionSynchronization}.
	 * @return stands for the transaction
	 */
	public static TransactionSynchronization afterEnd(IntConsumer action) {
		SurroundingTransaction transaction = register(null);
		transaction.whenEnded(action);
		return transaction;
	}

	/**
	 * Whether the current thread is in the transaction that this stands for.
	 */
	public static boolean isCurrent(TransactionSynchronization transaction) {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.getSynchronizations().contains(transaction);
	}

	/**
	 * A transaction has committed, or may have, that is independent of all that were
	 * there before.
	 */
	static void committedInside() {
		if (!WATCHING.isEmpty()) {
			IdempotencyContext.current().map(WATCHING::get).ifPresent((transaction) -> transaction.divided = true);
		}
	}

	/**
	 * The method has returned or thrown; what it is still doing elsewhere is watched.
	 * @return whether this transaction decides about what it has done
	 */
	public boolean decides() {
		this.youngerSavepoints.clear();
		this.undone = false;
		if (this.left) {
			stopWatching();
		}
		return !this.left;
	}

	/**
	 * Checks before the commit, which does not happen if the check throws.
	 */
	public void checkBeforeCommit(Runnable check) {
		this.check = check;
	}

	/**
	 * Calls back when it has ended, or at once if it has.
	 */
	public void whenEnded(IntConsumer action) {
		var unused = this.end.thenAccept(action::accept);
	}

	/**
	 * Whether something that the attempt has done stays, whatever becomes of this
	 * transaction: to be asked when the attempt has ended.
	 */
	public boolean isDivided() {
		stopWatching();
		return this.divided;
	}

	private void stopWatching() {
		if (this.attempt != null) {
			WATCHING.remove(this.attempt);
		}
	}

	/**
	 * Another transaction begins on this thread, or the thread goes on without one.
	 */
	@Override
	public void suspend() {
		if (!this.left && IdempotencyContext.current().map(WATCHING::get).orElse(null) == this) {
			this.left = STACK.walk((frames) -> isOwnAdvice(frames.iterator()));
		}
	}

	/**
	 * Whether it is the transaction advice of the very call that is guarded: on the way
	 * there from the attempt no other proxy has been called.
	 */
	private static boolean isOwnAdvice(Iterator<StackWalker.StackFrame> frames) {
		boolean advised = false;
		while (frames.hasNext()) {
			Class<?> type = frames.next().getDeclaringClass();
			if (type == IdempotencyContext.class) {
				return advised;
			}
			if (AopProxy.class.isAssignableFrom(type) || Callback.class.isAssignableFrom(type)) {
				return false;
			}
			advised |= TransactionInterceptor.class.isAssignableFrom(type);
		}
		return false;
	}

	@Override
	public void savepoint(Object savepoint) {
		this.youngerSavepoints.add(savepoint);
	}

	/**
	 * A rollback to a savepoint that is older than the end of the attempt undoes it,
	 * whatever becomes of the rest.
	 */
	@Override
	public void savepointRollback(Object savepoint) {
		this.undone |= !this.youngerSavepoints.contains(savepoint);
	}

	@Override
	public void beforeCommit(boolean readOnly) {
		if (this.check != null && !this.undone) {
			this.check.run();
		}
	}

	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_UNKNOWN && CommitFailureListener.isCommitting()) {
			CommitFailureListener.whenCommitFailed(this.end::complete);
		}
		else if (status == STATUS_ROLLED_BACK && CommitFailureListener.isCommitting() && isConnectionLost()) {
			this.end.complete(STATUS_UNKNOWN);
		}
		else {
			this.end.complete((this.undone && status == STATUS_COMMITTED) ? STATUS_ROLLED_BACK : status);
		}
	}

	/**
	 * A commit that failed is reported as rolled back also by what could not know it,
	 * such as Hibernate. A database that can still be asked has answered the commit.
	 */
	private static boolean isConnectionLost() {
		return TransactionSynchronizationManager.getResourceMap()
			.values()
			.stream()
			.anyMatch((resource) -> resource instanceof ConnectionHolder holder && isLost(holder));
	}

	private static boolean isLost(ConnectionHolder holder) {
		try {
			return !holder.getConnection().isValid(1);
		}
		catch (SQLException | RuntimeException ex) {
			return true;
		}
	}

}
