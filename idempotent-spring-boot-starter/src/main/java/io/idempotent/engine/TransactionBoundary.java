package io.idempotent.engine;

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
	 * Whether the call is part of a transaction that is still to end.
	 */
	static boolean isOpen() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive();
	}

	/**
	 * Calls back after the surrounding transaction has ended, with its status as in
	 * {@link TransactionSynchronization}.
	 */
	static void afterEnd(Consumer<Integer> action) {
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCompletion(int status) {
				action.accept(status);
			}

		});
	}

}
