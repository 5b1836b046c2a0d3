package io.idempotent.engine.transaction;

import java.util.Optional;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.engine.operation.MethodTransaction;
import io.idempotent.engine.operation.TransactionRules;
import io.idempotent.store.IdempotencyStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.interceptor.DefaultTransactionAttribute;
import org.springframework.transaction.interceptor.DelegatingTransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The transactions that records can be part of: those of one transaction manager, and
 * only if it is that of the database which holds the records.
 */
public final class JoinableTransactions implements TransactionRules {

	private static final Logger logger = LoggerFactory.getLogger(JoinableTransactions.class);

	private final IdempotencyStore store;

	private final @Nullable PlatformTransactionManager manager;

	private volatile boolean verified;

	/**
	 * Creates the transactions.
	 * @param store holds the records
	 * @param manager manages the transactions of its database, null if it is not known
	 * which one does
	 */
	public JoinableTransactions(IdempotencyStore store, @Nullable PlatformTransactionManager manager) {
		this.store = store;
		this.manager = manager;
	}

	@Override
	public TransactionAttribute attributeOf(@Nullable MethodTransaction method) {
		TransactionManager manager = requireManager();
		if (method == null) {
			return new DefaultTransactionAttribute();
		}
		TransactionAttribute attribute = method.attribute();
		String propagation = switch (attribute.getPropagationBehavior()) {
			case TransactionDefinition.PROPAGATION_REQUIRES_NEW -> "REQUIRES_NEW";
			case TransactionDefinition.PROPAGATION_NOT_SUPPORTED -> "NOT_SUPPORTED";
			case TransactionDefinition.PROPAGATION_NEVER -> "NEVER";
			default -> "";
		};
		refuse(!propagation.isEmpty(),
				"the method's propagation is %s, which leaves the caller's transaction".formatted(propagation),
				"use REQUIRED, or transaction = INDEPENDENT");
		refuse(attribute.isReadOnly(), "the method's transaction is read-only, and the record is written in it",
				"remove readOnly, or use INDEPENDENT");
		refuse(attribute.getIsolationLevel() == TransactionDefinition.ISOLATION_READ_UNCOMMITTED,
				"the method's transaction reads what others have not committed, outcomes included",
				"use READ_COMMITTED or a higher level, or INDEPENDENT");
		refuse(method.manager() != null && method.manager() != manager,
				"the method's transaction manager is another one than that of the idempotency records",
				"name the one that is annotated with @IdempotencyTransactionManager, or use INDEPENDENT");
		return (attribute.getPropagationBehavior() == TransactionDefinition.PROPAGATION_SUPPORTS)
				? new Propagating(attribute, TransactionDefinition.PROPAGATION_REQUIRED) : attribute;
	}

	private PlatformTransactionManager requireManager() {
		refuse(!this.store.canJoinTransaction(),
				"the store (%s) cannot be part of transactions".formatted(this.store.describe()),
				"keep the records in a database that can, such as PostgreSQL, MariaDB or H2, or use INDEPENDENT");
		PlatformTransactionManager manager = this.manager;
		if (manager == null) {
			throw notPossible("there is no PlatformTransactionManager bean, or there are several and none is primary",
					"annotate that of the database which holds the idempotency records with @IdempotencyTransactionManager");
		}
		if (!this.verified && !TransactionSynchronizationManager.isActualTransactionActive()) {
			verify(manager);
			this.verified = true;
		}
		return manager;
	}

	/**
	 * Finds out ahead of the first call, which may come inside of a transaction, whether
	 * records can be part of transactions that have another connection pool. If not, that
	 * is said to those who ask for it.
	 */
	public void prepare() {
		PlatformTransactionManager manager = this.manager;
		if (manager != null && this.store.canJoinTransaction()) {
			try {
				obstacle(manager).ifPresent((obstacle) -> logger.debug("JOIN is not possible: {}", obstacle));
			}
			catch (RuntimeException ex) {
				logger.debug("JOIN is not possible", ex);
			}
		}
	}

	private void verify(PlatformTransactionManager manager) {
		obstacle(manager).ifPresent((obstacle) -> refuse(true,
				"%s does not manage transactions of the DataSource that holds the idempotency records (%s): %s"
					.formatted(manager.getClass().getName(), this.store.describe(), obstacle),
				"annotate the manager that does with @IdempotencyTransactionManager, mark the DataSource with @IdempotencyDataSource, or use INDEPENDENT"));
		this.store.joined().caution().ifPresent(logger::warn);
	}

	/**
	 * Tries it out: which database a manager is for cannot be asked of all of them.
	 */
	private Optional<String> obstacle(PlatformTransactionManager manager) {
		TransactionStatus status = manager.getTransaction(new DefaultTransactionDefinition());
		try {
			return this.store.joined().adopt();
		}
		finally {
			manager.rollback(status);
		}
	}

	/**
	 * Opens or joins a transaction for an operation. One that is over, but still there
	 * for callbacks after its end, is not joined.
	 * @throws IllegalTransactionStateException if the caller has one of something else
	 */
	public JoinedTransaction begin(String operation, TransactionAttribute attribute) {
		PlatformTransactionManager manager = requireManager();
		boolean over = SurroundingTransaction.isOver();
		boolean surrounded = !over && TransactionSynchronizationManager.isActualTransactionActive();
		TransactionStatus status = manager.getTransaction(
				over ? new Propagating(attribute, TransactionDefinition.PROPAGATION_REQUIRES_NEW) : attribute);
		if ((surrounded && status.isNewTransaction()) || !this.store.joined().isTransactionActive()) {
			JoinedTransaction.leave(manager, status);
			throw illegal(operation, "the transaction that is active is not one of the database that holds the "
					+ "idempotency records, so that they could not commit or roll back together. Nothing was run: call it "
					+ "outside of that transaction, or use transaction = INDEPENDENT");
		}
		if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
			JoinedTransaction.leave(manager, status);
			throw illegal(operation, "the transaction that is active is read-only. Nothing was run: call it outside of "
					+ "that transaction, or remove readOnly");
		}
		if (isDirty(TransactionSynchronizationManager.getCurrentTransactionIsolationLevel())) {
			JoinedTransaction.leave(manager, status);
			throw illegal(operation, "the transaction that is active reads what others have not committed. Nothing was "
					+ "run: use READ_COMMITTED or a higher level");
		}
		return new JoinedTransaction(manager, status, attribute);
	}

	private static boolean isDirty(@Nullable Integer isolation) {
		return isolation != null && isolation == TransactionDefinition.ISOLATION_READ_UNCOMMITTED;
	}

	private static IllegalTransactionStateException illegal(String operation, String reason) {
		return new IllegalTransactionStateException(
				"Operation '%s' joins transactions, but %s.".formatted(operation, reason));
	}

	private static void refuse(boolean condition, String reason, String remedy) {
		if (condition) {
			throw notPossible(reason, remedy);
		}
	}

	private static InvalidDeclarationException notPossible(String reason, String remedy) {
		return new InvalidDeclarationException("'transaction = JOIN' is not possible: " + reason, remedy);
	}

	/** Asks for the same with another propagation. */
	@SuppressWarnings("serial")
	private static final class Propagating extends DelegatingTransactionAttribute {

		private final int propagation;

		private Propagating(TransactionAttribute target, int propagation) {
			super(target);
			this.propagation = propagation;
		}

		@Override
		public int getPropagationBehavior() {
			return this.propagation;
		}

	}

}
