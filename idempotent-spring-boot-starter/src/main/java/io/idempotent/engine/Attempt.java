package io.idempotent.engine;

import java.time.Instant;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Conclusions.Conclusion;
import io.idempotent.store.OwnerAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the method under an ownership and ends the attempt. Whatever goes wrong after the
 * method has returned or thrown never releases the claim, and never masks what the method
 * said.
 */
final class Attempt {

	private final Leases leases;

	private final Finisher finisher;

	private final Conclusions conclusions;

	private final CallersTransactions callers;

	private final EngineThreads threads;

	Attempt(Leases leases, Finisher finisher, Conclusions conclusions, CallersTransactions callers,
			EngineThreads threads) {
		this.leases = leases;
		this.finisher = finisher;
		this.conclusions = conclusions;
		this.callers = callers;
		this.threads = threads;
	}

	<T extends @Nullable Object, X extends Throwable> IdempotentResult<T> run(Execution execution,
			ThrowingCallback<T, X> method) throws X {
		this.leases.hold(execution.lease());
		Operation operation = execution.call().operation();
		IdempotencyContext context = execution.context();
		SurroundingTransaction transaction = operation.detached() ? null : SurroundingTransaction.of(context);
		T value;
		try {
			value = context.call(operation.detached() ? () -> this.callers.outside(operation, method) : method);
			if (transaction != null && transaction.decides() && value != null && !operation.shareable()) {
				this.callers.flush();
			}
		}
		catch (Throwable failure) {
			failed(execution, context, transaction, failure);
			throw failure;
		}
		UncertainTransactions.endOf(context);
		if (end(execution, transaction, this.conclusions.ofResult(execution, value)) == OwnerAnswer.LOST) {
			throw execution.ownershipLost();
		}
		return new IdempotentResult<>(value, false, execution.attempt(), Instant.now());
	}

	private void failed(Execution execution, IdempotencyContext context, @Nullable SurroundingTransaction transaction,
			Throwable failure) {
		try {
			OwnerAnswer unused = end(execution, transaction,
					this.conclusions.ofFailure(execution, failure, UncertainTransactions.endOf(context)));
		}
		catch (Throwable trouble) {
			// whatever it is: the caller gets what the method threw
			this.finisher.giveUp(execution, trouble);
		}
	}

	private OwnerAnswer end(Execution execution, @Nullable SurroundingTransaction transaction, Conclusion conclusion) {
		if (transaction == null || !transaction.decides()) {
			return this.finisher.end(execution, conclusion.onCommit());
		}
		this.callers.warnOfRollback(execution.call().operation());
		if (conclusion.isUndoneByRollback()) {
			transaction.checkBeforeCommit(() -> this.leases.requireOwned(execution));
		}
		transaction.whenEnded((status) -> {
			Ending ending = conclusion.after(status, transaction.isDivided());
			this.threads.runBounded(() -> this.finisher.end(execution, ending));
			execution.inFlight().letGo();
		});
		return OwnerAnswer.CONFIRMED;
	}

}
