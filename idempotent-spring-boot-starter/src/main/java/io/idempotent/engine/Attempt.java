package io.idempotent.engine;

import java.time.Instant;

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

	private final EngineThreads threads;

	Attempt(Leases leases, Finisher finisher, Conclusions conclusions, EngineThreads threads) {
		this.leases = leases;
		this.finisher = finisher;
		this.conclusions = conclusions;
		this.threads = threads;
	}

	<T extends @Nullable Object, X extends Throwable> IdempotentResult<T> run(Execution execution,
			ThrowingCallback<T, X> method) throws X {
		this.leases.hold(execution.lease());
		T value;
		boolean surrounding = UncertainTransactions.clear();
		try {
			value = execution.context().call(method);
		}
		catch (Throwable failure) {
			failed(execution, failure);
			UncertainTransactions.restore(surrounding);
			throw failure;
		}
		UncertainTransactions.restore(surrounding);
		if (end(execution, this.conclusions.ofResult(execution, value)) == OwnerAnswer.LOST) {
			throw execution.ownershipLost();
		}
		return new IdempotentResult<>(value, false, execution.attempt(), Instant.now());
	}

	private void failed(Execution execution, Throwable failure) {
		try {
			OwnerAnswer unused = end(execution,
					this.conclusions.ofFailure(execution, failure, UncertainTransactions.clear()));
		}
		catch (Throwable trouble) {
			// whatever it is: the caller gets what the method threw
			this.finisher.giveUp(execution, trouble);
		}
	}

	private OwnerAnswer end(Execution execution, Conclusion conclusion) {
		if (!TransactionBoundary.isAround(execution.call().operation())) {
			return this.finisher.end(execution, conclusion.onCommit());
		}
		TransactionBoundary.afterEnd((status) -> {
			this.threads.runBounded(() -> this.finisher.end(execution, conclusion.after(status)));
			execution.inFlight().letGo();
		});
		return OwnerAnswer.CONFIRMED;
	}

}
