package io.idempotent.engine.transaction;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.idempotent.ThrowingCallback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.function.SingletonSupplier;

/**
 * The transactions that a call may find on its thread, of any of the application's
 * transaction managers.
 */
public final class CallersTransactions {

	private static final Logger logger = LoggerFactory.getLogger(CallersTransactions.class);

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private final Supplier<List<PlatformTransactionManager>> managers;

	/**
	 * Creates the transactions.
	 * @param managers the transaction managers of the application, asked for by the first
	 * call inside of a transaction that needs them
	 */
	public CallersTransactions(Supplier<List<PlatformTransactionManager>> managers) {
		this.managers = SingletonSupplier.of(managers);
	}

	/**
	 * Runs a method outside of all of them: each manager suspends what it has on this
	 * thread, and resumes it afterwards.
	 * @param operation the name of the operation
	 * @throws IllegalTransactionStateException if one is left that none of them manages
	 */
	public <T extends @Nullable Object, X extends Throwable> T outside(String operation, ThrowingCallback<T, X> method)
			throws X {
		if (!TransactionSynchronizationManager.isActualTransactionActive()) {
			return method.call();
		}
		Deque<Scope> scopes = new ArrayDeque<>();
		T result;
		try {
			for (PlatformTransactionManager manager : this.managers.get()) {
				scopes.push(Scope.of(manager, TransactionDefinition.PROPAGATION_NOT_SUPPORTED));
			}
			if (TransactionSynchronizationManager.isActualTransactionActive()) {
				throw new IllegalTransactionStateException(
						"Operation '%s' is to run outside of its caller's transaction (transaction = DETACHED), but no transaction manager bean could suspend that. Nothing was run: declare its transaction manager as a bean, or call it outside of the transaction."
							.formatted(operation));
			}
			result = method.call();
		}
		catch (Throwable failure) {
			scopes.forEach((scope) -> scope.rollback(failure));
			throw failure;
		}
		while (!scopes.isEmpty()) {
			Scope scope = scopes.pop();
			try {
				scope.commit();
			}
			catch (Throwable failure) {
				scopes.forEach((remaining) -> remaining.rollback(failure));
				throw failure;
			}
		}
		return result;
	}

	/**
	 * Writes what entity managers have in memory, so that versions and generated values
	 * are those of the database.
	 */
	public void flush() {
		for (PlatformTransactionManager manager : this.managers.get()) {
			Scope scope = Scope.of(manager, TransactionDefinition.PROPAGATION_SUPPORTS);
			try {
				scope.status().flush();
			}
			catch (Throwable failure) {
				scope.rollback(failure);
				throw failure;
			}
			scope.commit();
		}
	}

	/**
	 * Says, once per operation, what follows from a rollback.
	 */
	public void warnOfRollback(String operation) {
		if (this.warned.add(operation)) {
			logger
				.warn("Operation '{}' is INDEPENDENT and was called inside of a transaction. If that rolls back, its record is "
						+ "open again, and a retry runs the method once more, with all that it does outside of the transaction. "
						+ "Use transaction = DETACHED if that must not be repeated, such as a payment: the method then runs "
						+ "outside of the caller's transaction, and its outcome stays. Use JOIN if all that counts is in the "
						+ "database of the records. This is said once per operation.", operation);
		}
	}

	private record Scope(PlatformTransactionManager manager, TransactionStatus status) {

		static Scope of(PlatformTransactionManager manager, int propagation) {
			return new Scope(manager, manager.getTransaction(new DefaultTransactionDefinition(propagation)));
		}

		void commit() {
			this.manager.commit(this.status);
		}

		void rollback(Throwable cause) {
			try {
				this.manager.rollback(this.status);
			}
			catch (RuntimeException | Error ex) {
				cause.addSuppressed(ex);
			}
		}

	}

}
