package io.idempotent.engine;

import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Concludes from what a method returned or threw how its attempt ends.
 */
final class Conclusions {

	private final Outcomes outcomes;

	Conclusions(Outcomes outcomes) {
		this.outcomes = outcomes;
	}

	Conclusion ofResult(Execution execution, @Nullable Object value) {
		ended(execution, IdempotencyOutcome.EXECUTED);
		return new Conclusion(new Ending.Complete(this.outcomes.ofResult(execution.call().operation(), value), value),
				new Ending.Release());
	}

	/**
	 * Concludes from a failure.
	 * @param uncertain whether a transaction of the attempt ended without the transaction
	 * manager knowing how, or it is not known what the method is doing
	 */
	Conclusion ofFailure(Execution execution, Throwable failure, boolean uncertain) {
		Failures kind = Failures.classify(failure, execution.call().operation());
		return Conclusion.always(switch ((kind == Failures.RELEASED && uncertain) ? Failures.AMBIGUOUS : kind) {
			case FINAL -> {
				ended(execution, IdempotencyOutcome.FAILURE_RECORDED);
				yield new Ending.Complete(this.outcomes.ofFailure(execution.call().operation(), failure), null);
			}
			case AMBIGUOUS -> {
				ended(execution, IdempotencyOutcome.FAILURE_UNKNOWN);
				yield new Ending.Abandon();
			}
			case RELEASED -> {
				ended(execution, IdempotencyOutcome.FAILED);
				yield new Ending.Release();
			}
		});
	}

	private static void ended(Execution execution, IdempotencyOutcome outcome) {
		execution.call().ended(outcome, IdempotencySource.NONE, execution.attempt());
	}

	/**
	 * How an attempt ends, which may depend on the transaction around it.
	 *
	 * @param onCommit if it commits, or if there is none
	 * @param onRollback if it rolls back
	 */
	record Conclusion(Ending onCommit, Ending onRollback) {

		private static Conclusion always(Ending ending) {
			return new Conclusion(ending, ending);
		}

		/**
		 * Whether it is a result, and what has made it may be undone.
		 */
		boolean isUndoneByRollback() {
			return this.onCommit instanceof Ending.Complete && this.onRollback instanceof Ending.Release;
		}

		/**
		 * The ending for a status of {@link TransactionSynchronization}.
		 * @param divided whether a part of what the method has done is committed whatever
		 * the status: to run it again would repeat that, and to record it would hide that
		 * the rest is undone
		 */
		Ending after(int status, boolean divided) {
			return switch (status) {
				case TransactionSynchronization.STATUS_COMMITTED -> this.onCommit;
				case TransactionSynchronization.STATUS_ROLLED_BACK ->
					(divided && isUndoneByRollback()) ? new Ending.Abandon() : this.onRollback;
				default -> new Ending.Abandon();
			};
		}

	}

}
