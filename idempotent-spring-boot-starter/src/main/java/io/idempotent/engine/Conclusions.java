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
	 * @param uncertain whether a transaction inside of the method ended without anybody
	 * knowing how
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
		 * The ending for a status of {@link TransactionSynchronization}.
		 */
		Ending after(int status) {
			return switch (status) {
				case TransactionSynchronization.STATUS_COMMITTED -> this.onCommit;
				case TransactionSynchronization.STATUS_ROLLED_BACK -> this.onRollback;
				default -> new Ending.Abandon();
			};
		}

	}

}
