package io.idempotent.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Where an attempt ends: at once, or with the transaction that surrounds the call.
 */
final class TransactionBoundary {

	private TransactionBoundary() {
	}

	/**
	 * Whether what the operation has done is part of a transaction that is still to end.
	 */
	static boolean isAround(Operation operation) {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive()
				&& (operation.ownTransaction() == null || operation.ownTransaction()
					.equals(TransactionSynchronizationManager.getCurrentTransactionName()));
	}

	/**
	 * Calls back after the surrounding transaction has ended, with its status as in
	 * {@link TransactionSynchronization}.
	 * @return stands for the transaction
	 */
	static TransactionSynchronization afterEnd(Consumer<Integer> action) {
		End end = new End(action);
		TransactionSynchronizationManager.registerSynchronization(end);
		return end;
	}

	/**
	 * Whether the current thread is in the transaction that this stands for.
	 */
	static boolean isCurrent(TransactionSynchronization transaction) {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.getSynchronizations().contains(transaction);
	}

	/**
	 * A rollback to a savepoint that is older than the call undoes it, whatever becomes
	 * of the rest.
	 */
	private static final class End implements TransactionSynchronization {

		private final Consumer<Integer> action;

		private final Set<Object> youngerSavepoints = new HashSet<>();

		private boolean undone;

		private End(Consumer<Integer> action) {
			this.action = action;
		}

		@Override
		public void savepoint(Object savepoint) {
			this.youngerSavepoints.add(savepoint);
		}

		@Override
		public void savepointRollback(Object savepoint) {
			this.undone |= !this.youngerSavepoints.contains(savepoint);
		}

		@Override
		public void afterCompletion(int status) {
			this.action.accept((this.undone && status == STATUS_COMMITTED) ? STATUS_ROLLED_BACK : status);
		}

	}

}
