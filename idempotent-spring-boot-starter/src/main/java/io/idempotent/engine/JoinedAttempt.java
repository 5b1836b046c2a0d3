package io.idempotent.engine;

import java.time.Instant;

import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.store.Claim;
import io.idempotent.store.OwnerAnswer;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs the method in the transaction in which its record was claimed, and records its
 * outcome in it. A failure rolls back, and with it all that the attempt has done; if it
 * is to be recorded, that happens after the end of the transaction.
 */
final class JoinedAttempt {

	private static final Logger logger = LoggerFactory.getLogger(JoinedAttempt.class);

	private final Authority authority;

	private final InFlightTable table;

	private final Claims claims;

	private final Leases leases;

	private final Finisher finisher;

	private final Outcomes outcomes;

	private final EngineThreads threads;

	JoinedAttempt(Authority authority, InFlightTable table, Claims claims, Leases leases, Finisher finisher,
			Outcomes outcomes, EngineThreads threads) {
		this.authority = authority;
		this.table = table;
		this.claims = claims;
		this.leases = leases;
		this.finisher = finisher;
		this.outcomes = outcomes;
		this.threads = threads;
	}

	/**
	 * Runs the method.
	 * @param entry what stands in the table for this transaction
	 */
	<T extends @Nullable Object, X extends Throwable> IdempotentResult<T> run(Execution execution,
			JoinedTransaction transaction, InFlight entry, ThrowingCallback<T, X> method) throws X {
		T value;
		entry.finishedIn(null);
		try {
			value = execution.context().call(method);
			transaction.flush();
		}
		catch (Throwable failure) {
			failed(execution, transaction, entry, failure);
			throw failure;
		}
		complete(execution, transaction, entry, this.outcomes.ofResult(execution.call().operation(), value));
		commit(execution, transaction, entry, IdempotencyOutcome.EXECUTED);
		return new IdempotentResult<>(value, false, execution.attempt(), Instant.now());
	}

	private void complete(Execution execution, JoinedTransaction transaction, InFlight entry, StoredOutcome outcome) {
		OwnerAnswer answer;
		try {
			answer = this.authority.completeJoined(execution.ownership(), outcome, execution.call().operation().ttl());
		}
		catch (IdempotencyStoreException ex) {
			abort(transaction, entry, ex);
			throw execution.call().refused(ex, IdempotencySource.NONE);
		}
		if (answer == OwnerAnswer.LOST) {
			// somebody has deleted or changed the row in the transaction itself
			IdempotencyException lost = execution.ownershipLost();
			abort(transaction, entry, lost);
			throw lost;
		}
	}

	private void commit(Execution execution, JoinedTransaction transaction, InFlight entry,
			IdempotencyOutcome outcome) {
		try {
			leaveWith(transaction, entry);
			transaction.commit();
			execution.call().ended(outcome, IdempotencySource.NONE, execution.attempt());
		}
		finally {
			if (transaction.isOwn()) {
				this.table.leave(entry, null);
			}
		}
	}

	private void failed(Execution execution, JoinedTransaction transaction, InFlight entry, Throwable failure) {
		Operation operation = execution.call().operation();
		execution.call().ended(IdempotencyOutcome.FAILED, IdempotencySource.NONE, execution.attempt());
		if (Failures.classify(failure, operation) != Failures.FINAL) {
			abort(transaction, entry, failure);
			return;
		}
		StoredOutcome outcome = this.outcomes.ofFailure(operation, failure);
		if (!transaction.rollsBackOn(failure)) {
			try {
				complete(execution, transaction, entry, outcome);
				commit(execution, transaction, entry, IdempotencyOutcome.FAILURE_RECORDED);
			}
			catch (RuntimeException | Error ex) {
				failure.addSuppressed(ex);
			}
			return;
		}
		execution.call().ended(IdempotencyOutcome.FAILURE_RECORDED, IdempotencySource.NONE, execution.attempt());
		boolean atTheEnd = !transaction.isOwn() && TransactionSynchronizationManager.isSynchronizationActive();
		if (atTheEnd) {
			SurroundingTransaction.afterEnd((status) -> {
				this.threads.runBounded(() -> record(execution, entry, outcome));
				entry.letGo();
			});
		}
		transaction.rollback(failure);
		if (!atTheEnd) {
			record(execution, entry, outcome);
		}
		else if (transaction.isNested()) {
			this.table.leave(entry, null);
		}
	}

	/**
	 * Records a failure whose transaction has rolled back, unless another attempt was
	 * faster.
	 */
	private void record(Execution execution, InFlight entry, StoredOutcome outcome) {
		try {
			Operation operation = execution.call().operation();
			Claim claim = new Claim(execution.ownership(), execution.call().fingerprint(), operation.lease(),
					operation.ttl(), null);
			Execution anew = this.claims.sendAnew(execution.call(), entry, claim);
			if (anew != null) {
				this.leases.hold(anew.lease());
				OwnerAnswer unused = this.finisher.end(anew, new Ending.Complete(outcome, null));
				return;
			}
		}
		catch (Throwable ex) {
			// whatever it is: the caller gets what the method threw
			logger.warn("{} has failed for good, but that could not be recorded: the next attempt runs",
					execution.ownership().key(), ex);
		}
		this.table.leave(entry, null);
	}

	/**
	 * Undoes all of it.
	 */
	private void abort(JoinedTransaction transaction, InFlight entry, Throwable cause) {
		boolean leavesNow = transaction.isOwn() || transaction.isNested();
		if (!leavesNow) {
			leaveWith(transaction, entry);
		}
		transaction.rollback(cause);
		if (leavesNow) {
			this.table.leave(entry, null);
		}
	}

	/**
	 * Nobody else of this JVM asks before the caller's transaction has ended.
	 */
	private void leaveWith(JoinedTransaction transaction, InFlight entry) {
		if (transaction.isOwn()) {
			return;
		}
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			entry.finishedIn(SurroundingTransaction.afterEnd((status) -> this.table.leave(entry, null)));
		}
		else {
			this.table.leave(entry, null);
		}
	}

}
