package io.idempotent.engine.outcome;

import io.idempotent.IdempotencyOutcome;
import io.idempotent.engine.operation.Operation;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;

/**
 * What an attempt has come to, and so what becomes of its record:
 * <table>
 * <caption>What a method does, and what follows</caption>
 * <tr>
 * <td>it returns</td>
 * <td>completed; released if the caller's transaction, which it is part of, rolls
 * back</td>
 * </tr>
 * <tr>
 * <td>it fails with one of {@code recordFailures}</td>
 * <td>completed with the failure</td>
 * </tr>
 * <tr>
 * <td>it fails in a way that leaves open what happened</td>
 * <td>abandoned</td>
 * </tr>
 * <tr>
 * <td>it fails otherwise</td>
 * <td>released: the next attempt runs</td>
 * </tr>
 * </table>
 *
 * @param kind which of them
 * @param outcome what is to be recorded, null if there is no outcome
 * @param value the result itself
 */
public record AttemptResult(Kind kind, @Nullable StoredOutcome outcome, @Nullable Object value) {

	public static final AttemptResult UNKNOWN = new AttemptResult(Kind.UNKNOWN, null, null);

	public static final AttemptResult RELEASED = new AttemptResult(Kind.RELEASED, null, null);

	/**
	 * The result of a method that has returned.
	 */
	public static AttemptResult ofResult(Outcomes outcomes, Operation operation, @Nullable Object value) {
		return new AttemptResult(Kind.RESULT, outcomes.ofResult(operation, value), value);
	}

	/**
	 * What a failure comes to.
	 * @param uncertain whether a transaction of the attempt ended without the transaction
	 * manager knowing how, or it is not known what the method is doing
	 */
	public static AttemptResult ofFailure(Outcomes outcomes, Operation operation, Throwable failure,
			boolean uncertain) {
		return switch (operation.kindOf(failure)) {
			case FINAL -> ofFinalFailure(outcomes, operation, failure);
			case AMBIGUOUS -> UNKNOWN;
			case RELEASED -> uncertain ? UNKNOWN : RELEASED;
		};
	}

	static AttemptResult ofFinalFailure(Outcomes outcomes, Operation operation, Throwable failure) {
		return new AttemptResult(Kind.FINAL_FAILURE, outcomes.ofFailure(operation, failure), null);
	}

	/**
	 * Whether it is a result, and what has made it may be undone.
	 */
	boolean isUndoneByRollback() {
		return this.kind == Kind.RESULT;
	}

	/**
	 * What it comes to after the end of the transaction that it is part of.
	 * @param status the status of {@link TransactionSynchronization}
	 * @param divided whether a part of what the method has done is committed whatever the
	 * status: to run it again would repeat that, and to record it would hide that the
	 * rest is undone
	 */
	public AttemptResult after(int status, boolean divided) {
		return switch (status) {
			case TransactionSynchronization.STATUS_COMMITTED -> this;
			case TransactionSynchronization.STATUS_ROLLED_BACK ->
				!isUndoneByRollback() ? this : divided ? UNKNOWN : RELEASED;
			default -> UNKNOWN;
		};
	}

	/** Nothing of the outcome: it ends up in logs. */
	@Override
	public String toString() {
		return this.kind.step;
	}

	/**
	 * What became of the method.
	 */
	public enum Kind {

		/** It has returned. */
		RESULT(IdempotencyOutcome.EXECUTED, "its completion"),

		/** It has failed, and the failure is the outcome. */
		FINAL_FAILURE(IdempotencyOutcome.FAILURE_RECORDED, "its completion"),

		/** It has failed, and what it has done is not known. */
		UNKNOWN(IdempotencyOutcome.FAILURE_UNKNOWN, "its abandonment"),

		/** It has failed, and the next attempt may run. */
		RELEASED(IdempotencyOutcome.FAILED, "its release");

		private final IdempotencyOutcome outcome;

		private final String step;

		Kind(IdempotencyOutcome outcome, String step) {
			this.outcome = outcome;
			this.step = step;
		}

		/**
		 * What listeners are told of the call.
		 */
		public IdempotencyOutcome outcome() {
			return this.outcome;
		}

	}

}
