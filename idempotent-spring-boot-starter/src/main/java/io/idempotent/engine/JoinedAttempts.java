package io.idempotent.engine;

import java.time.Instant;
import java.util.Objects;

import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.claim.Admissions;
import io.idempotent.engine.claim.Attempt;
import io.idempotent.engine.outcome.AttemptResult;
import io.idempotent.engine.outcome.Outcomes;
import io.idempotent.engine.transaction.JoinedTransaction;
import io.idempotent.engine.transaction.SurroundingTransaction;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Runs the method in the transaction in which its record was claimed, and records its
 * outcome in it. A failure rolls back, and with it all that the attempt has done; if it
 * is to be recorded, that happens after the end of the transaction.
 *
 * @param admissions where a failure is claimed for once more
 */
record JoinedAttempts(Admissions admissions) {

	private static final Logger logger = LoggerFactory.getLogger(JoinedAttempts.class);

	<T extends @Nullable Object, X extends Throwable> IdempotentResult<T> run(Attempt attempt,
			JoinedTransaction transaction, ThrowingCallback<T, X> method) throws X {
		T value;
		attempt.entry().finishedIn(null);
		try {
			value = attempt.context().call(method);
			transaction.flush();
		}
		catch (Throwable failure) {
			failed(attempt, transaction, failure);
			throw failure;
		}
		complete(attempt, transaction, AttemptResult.ofResult(outcomes(), attempt.operation(), value));
		return new IdempotentResult<>(value, false, attempt.number(), Instant.now());
	}

	private void failed(Attempt attempt, JoinedTransaction transaction, Throwable failure) {
		AttemptResult result = AttemptResult.ofFailure(outcomes(), attempt.operation(), failure, false);
		StoredOutcome outcome = result.outcome();
		ended(attempt, IdempotencyOutcome.FAILED);
		if (outcome == null) {
			abort(attempt, transaction, failure);
		}
		else if (transaction.rollsBackOn(failure)) {
			ended(attempt, IdempotencyOutcome.FAILURE_RECORDED);
			rollback(attempt, transaction, failure, result);
		}
		else {
			try {
				complete(attempt, transaction, result);
			}
			catch (RuntimeException | Error ex) {
				failure.addSuppressed(ex);
			}
		}
	}

	private void complete(Attempt attempt, JoinedTransaction transaction, AttemptResult result) {
		record(attempt, transaction, Objects.requireNonNull(result.outcome()));
		try {
			leaveWith(attempt, transaction);
			transaction.commit();
			ended(attempt, result.kind().outcome());
		}
		finally {
			if (transaction.isOwn()) {
				attempt.leave(null);
			}
		}
	}

	private void record(Attempt attempt, JoinedTransaction transaction, StoredOutcome outcome) {
		OwnershipResult answer;
		try {
			answer = this.admissions.store().completeJoined(attempt.ownership(), outcome, attempt.operation().ttl());
		}
		catch (IdempotencyStoreException ex) {
			abort(attempt, transaction, ex);
			throw attempt.call().refused(ex, IdempotencySource.NONE);
		}
		if (answer == OwnershipResult.LOST) {
			// the row was deleted or changed in the transaction itself
			IdempotencyException lost = attempt.ownershipLost();
			abort(attempt, transaction, lost);
			throw lost;
		}
	}

	/**
	 * Rolls back, and records the failure after the end of the transaction.
	 */
	private void rollback(Attempt attempt, JoinedTransaction transaction, Throwable failure, AttemptResult result) {
		boolean atTheEnd = !transaction.isOwn() && TransactionSynchronizationManager.isSynchronizationActive();
		if (atTheEnd) {
			SurroundingTransaction.afterEnd((status) -> {
				this.admissions.attempts().threads().runBounded(() -> recordAnew(attempt, result));
				attempt.entry().letGo();
			});
		}
		transaction.rollback(failure);
		if (!atTheEnd) {
			recordAnew(attempt, result);
		}
		else if (transaction.isNested()) {
			attempt.leave(null);
		}
	}

	/**
	 * Records a failure whose transaction, and the claim with it, has rolled back, unless
	 * another attempt was faster.
	 */
	private void recordAnew(Attempt attempt, AttemptResult result) {
		try {
			Claim claim = attempt.call().toClaim(attempt.ownership());
			long sentAt = this.admissions.ticker().read();
			if (this.admissions.store().claim(claim) instanceof ClaimResult.Acquired acquired) {
				Attempt anew = this.admissions.attempt(attempt.call(), attempt.entry(), claim, acquired, sentAt, null);
				this.admissions.attempts().leases().hold(anew.lease());
				OwnershipResult unused = this.admissions.attempts().recorder().end(anew, result);
				return;
			}
		}
		catch (Throwable ex) {
			// whatever it is: the caller gets what the method threw
			logger.warn("{} has failed for good, but that could not be recorded: the next attempt runs",
					attempt.ownership().key(), ex);
		}
		attempt.leave(null);
	}

	/**
	 * Undoes all of it.
	 */
	private static void abort(Attempt attempt, JoinedTransaction transaction, Throwable cause) {
		boolean leavesNow = transaction.isOwn() || transaction.isNested();
		if (!leavesNow) {
			leaveWith(attempt, transaction);
		}
		transaction.rollback(cause);
		if (leavesNow) {
			attempt.leave(null);
		}
	}

	/**
	 * No other call of this JVM asks before the caller's transaction has ended.
	 */
	private static void leaveWith(Attempt attempt, JoinedTransaction transaction) {
		if (transaction.isOwn()) {
			return;
		}
		if (TransactionSynchronizationManager.isSynchronizationActive()) {
			attempt.entry().finishedIn(SurroundingTransaction.afterEnd((status) -> attempt.leave(null)));
		}
		else {
			attempt.leave(null);
		}
	}

	private static void ended(Attempt attempt, IdempotencyOutcome outcome) {
		attempt.call().ended(outcome, IdempotencySource.NONE, attempt.number());
	}

	private Outcomes outcomes() {
		return this.admissions.outcomes();
	}

}
