package io.idempotent.engine;

import java.time.Instant;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotentResult;
import io.idempotent.OwnershipLostException;
import io.idempotent.ThrowingCallback;
import io.idempotent.store.OwnerAnswer;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Runs the method under an ownership and says how the attempt ends. Whatever goes wrong
 * after the method has returned or thrown never releases the claim, and never masks what
 * the method said.
 */
final class Attempt {

	private final Leases leases;

	private final Finisher finisher;

	private final Outcomes outcomes;

	Attempt(Leases leases, Finisher finisher, Outcomes outcomes) {
		this.leases = leases;
		this.finisher = finisher;
		this.outcomes = outcomes;
	}

	<T extends @Nullable Object, X extends Throwable> IdempotentResult<T> run(Execution execution,
			ThrowingCallback<T, X> method) throws X {
		this.leases.hold(execution.lease());
		RecordKey key = execution.ownership().key();
		IdempotencyContext context = new IdempotencyContext(key.scope(), key.operation(), key.key(),
				execution.attempt(), execution.fencingToken());
		T value;
		boolean surrounding = UncertainTransactions.clear();
		try {
			value = context.call(method);
		}
		catch (Throwable failure) {
			failed(execution, failure);
			UncertainTransactions.restore(surrounding);
			throw failure;
		}
		UncertainTransactions.restore(surrounding);
		returned(execution, value);
		return new IdempotentResult<>(value, false, execution.attempt(), Instant.now());
	}

	private void returned(Execution execution, @Nullable Object value) {
		ended(execution, IdempotencyOutcome.EXECUTED);
		Operation operation = execution.call().operation();
		Ending complete = new Ending.Complete(this.outcomes.ofResult(operation, value), value);
		if (TransactionBoundary.isOpen()) {
			endWithTransaction(execution, complete, new Ending.Release());
		}
		else if (this.finisher.end(execution, complete) == OwnerAnswer.LOST) {
			throw execution.call()
				.refused(new OwnershipLostException(operation.name(), execution.ownership().key().key(),
						execution.attempt()), IdempotencySource.NONE);
		}
	}

	private void failed(Execution execution, Throwable failure) {
		try {
			Ending ending = endingOf(execution, failure);
			if (TransactionBoundary.isOpen()) {
				endWithTransaction(execution, ending, ending);
			}
			else {
				this.finisher.end(execution, ending);
			}
		}
		catch (Throwable trouble) {
			// whatever it is: the caller gets what the method threw
			this.finisher.giveUp(execution, trouble);
		}
	}

	private Ending endingOf(Execution execution, Throwable failure) {
		boolean uncertain = UncertainTransactions.clear();
		Failures kind = Failures.classify(failure, execution.call().operation());
		return switch ((kind == Failures.RELEASED && uncertain) ? Failures.AMBIGUOUS : kind) {
			case FINAL -> {
				ended(execution, IdempotencyOutcome.FAILURE_RECORDED);
				yield new Ending.Complete(this.outcomes.ofFailure(failure), null);
			}
			case AMBIGUOUS -> {
				ended(execution, IdempotencyOutcome.FAILURE_UNKNOWN);
				yield new Ending.Abandon();
			}
			case RELEASED -> {
				ended(execution, IdempotencyOutcome.FAILED);
				yield new Ending.Release();
			}
		};
	}

	private static void ended(Execution execution, IdempotencyOutcome outcome) {
		execution.call().ended(outcome, IdempotencySource.NONE, execution.attempt());
	}

	private void endWithTransaction(Execution execution, Ending onCommit, Ending onRollback) {
		TransactionBoundary.afterEnd((status) -> this.finisher.end(execution, switch (status) {
			case TransactionSynchronization.STATUS_COMMITTED -> onCommit;
			case TransactionSynchronization.STATUS_ROLLED_BACK -> onRollback;
			default -> new Ending.Abandon();
		}));
	}

}
