package io.idempotent.engine.transaction;

import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * One transaction that a claim, its method and its outcome are part of: opened for them,
 * or that of the caller.
 */
public final class JoinedTransaction {

	private final PlatformTransactionManager manager;

	private final TransactionStatus status;

	private final TransactionAttribute attribute;

	JoinedTransaction(PlatformTransactionManager manager, TransactionStatus status, TransactionAttribute attribute) {
		this.manager = manager;
		this.status = status;
		this.attribute = attribute;
	}

	/**
	 * Whether it ends with the call.
	 */
	public boolean isOwn() {
		return this.status.isNewTransaction();
	}

	/**
	 * Whether it rolls back to where the call began, and goes on.
	 */
	public boolean isNested() {
		return this.status.hasSavepoint();
	}

	/**
	 * Whether the method's own rules roll back on its failure, or nothing else is left.
	 */
	public boolean rollsBackOn(Throwable failure) {
		return this.attribute.rollbackOn(failure) || this.status.isRollbackOnly();
	}

	/**
	 * Writes what is still only in memory, so that it fails now or not at all.
	 */
	public void flush() {
		this.status.flush();
	}

	public void commit() {
		this.manager.commit(this.status);
	}

	/**
	 * Rolls back, or lets the caller do nothing else.
	 */
	public void rollback() {
		this.manager.rollback(this.status);
	}

	/**
	 * Rolls back on account of a failure, which is what the caller gets.
	 */
	public void rollback(Throwable cause) {
		try {
			rollback();
		}
		catch (RuntimeException | Error ex) {
			cause.addSuppressed(ex);
		}
	}

	/**
	 * Ends without having changed anything; the caller's transaction goes on.
	 */
	public void leave() {
		leave(this.manager, this.status);
	}

	/**
	 * The same on account of a refusal, which is what the caller gets.
	 */
	public void leave(Throwable cause) {
		try {
			leave();
		}
		catch (RuntimeException | Error ex) {
			cause.addSuppressed(ex);
		}
	}

	public static void leave(PlatformTransactionManager manager, TransactionStatus status) {
		if (status.isNewTransaction()) {
			manager.rollback(status);
		}
		else {
			manager.commit(status);
		}
	}

}
