package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Conclusions.Conclusion;
import io.idempotent.store.OwnerAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Starts a method under an ownership and ends the attempt when its result has come, and
 * the transaction around the call, if any, has ended as well. Whatever goes wrong then
 * never releases the claim, and never masks what the method said.
 */
final class DeferredAttempt {

	private final Leases leases;

	private final Finisher finisher;

	private final Conclusions conclusions;

	private final CallersTransactions callers;

	private final Executor workers;

	DeferredAttempt(Leases leases, Finisher finisher, Conclusions conclusions, CallersTransactions callers,
			Executor workers) {
		this.leases = leases;
		this.finisher = finisher;
		this.conclusions = conclusions;
		this.callers = callers;
		this.workers = workers;
	}

	/**
	 * Starts the method.
	 * @return is completed when the attempt has ended, or before if a transaction is
	 * still to end: its owner may be waiting for the result
	 */
	CompletableFuture<@Nullable Object> start(Execution execution,
			ThrowingCallback<? extends CompletionStage<?>, ?> method) {
		this.leases.hold(execution.lease());
		execution.inFlight().hold();
		IdempotencyContext context = execution.context();
		SurroundingTransaction surrounding = execution.call().operation().detached() ? null
				: SurroundingTransaction.of(context);
		CompletionStage<?> stage = call(execution, context, method);
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		boolean uncertain = !handOver(stage, result);
		SurroundingTransaction transaction = follow(execution, surrounding, result);
		CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
		// what has come already is recorded by this thread
		Executor executor = result.isDone() ? Runnable::run : this.workers;
		var unused = result.whenComplete((value, failure) -> EngineThreads.execute(executor, () -> {
			boolean noticed = UncertainTransactions.endOf(context);
			if (failure != null) {
				failed(execution, Failures.unwrap(failure), uncertain || noticed, transaction, answer);
			}
			else {
				succeeded(execution, value, transaction, answer);
			}
		}));
		return answer;
	}

	private CompletionStage<?> call(Execution execution, IdempotencyContext context,
			ThrowingCallback<? extends CompletionStage<?>, ?> method) {
		Operation operation = execution.call().operation();
		try {
			return operation.detached()
					? context.<CompletionStage<?>, Throwable>call(() -> this.callers.outside(operation, method))
					: context.call(method);
		}
		catch (Throwable failure) {
			return CompletableFuture.failedFuture(failure);
		}
	}

	/**
	 * Listens to the stage, which is all that every stage allows.
	 * @return false if not even that, so that nobody knows what becomes of it
	 */
	private static boolean handOver(CompletionStage<?> stage, CompletableFuture<@Nullable Object> result) {
		try {
			var unused = stage.whenComplete((value, failure) -> {
				if (failure != null) {
					result.completeExceptionally(failure);
				}
				else {
					result.complete(value);
				}
			});
			return true;
		}
		catch (Throwable broken) {
			result.completeExceptionally(broken);
			return false;
		}
	}

	/**
	 * Whether the method, as far as it has run, has left the transaction around it.
	 * @return null if it has, or if there is none
	 */
	private @Nullable SurroundingTransaction follow(Execution execution, @Nullable SurroundingTransaction surrounding,
			CompletableFuture<@Nullable Object> result) {
		if (surrounding == null || !surrounding.decides()) {
			execution.inFlight().letGo();
			return null;
		}
		this.callers.warnOfRollback(execution.call().operation());
		surrounding.checkBeforeCommit(() -> {
			if (!result.isCompletedExceptionally()) {
				this.leases.requireOwned(execution);
			}
		});
		surrounding.whenEnded((status) -> execution.inFlight().letGo());
		return surrounding;
	}

	private void succeeded(Execution execution, @Nullable Object value, @Nullable SurroundingTransaction transaction,
			CompletableFuture<@Nullable Object> answer) {
		if (end(execution, () -> this.conclusions.ofResult(execution, value), transaction) == OwnerAnswer.LOST) {
			answer.completeExceptionally(execution.ownershipLost());
		}
		else {
			answer.complete(value);
		}
	}

	private void failed(Execution execution, Throwable failure, boolean uncertain,
			@Nullable SurroundingTransaction transaction, CompletableFuture<@Nullable Object> answer) {
		end(execution, () -> this.conclusions.ofFailure(execution, failure, uncertain), transaction);
		answer.completeExceptionally(failure);
	}

	private OwnerAnswer end(Execution execution, Supplier<Conclusion> concluding,
			@Nullable SurroundingTransaction transaction) {
		try {
			Conclusion conclusion = concluding.get();
			if (transaction == null) {
				return this.finisher.end(execution, conclusion.onCommit());
			}
			transaction.whenEnded((status) -> EngineThreads.execute(this.workers,
					() -> this.finisher.end(execution, conclusion.after(status, transaction.isDivided()))));
		}
		catch (Throwable trouble) {
			// whatever it is: the caller gets what the method said
			this.finisher.giveUp(execution, trouble);
		}
		return OwnerAnswer.CONFIRMED;
	}

}
