package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

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

	private final Executor workers;

	DeferredAttempt(Leases leases, Finisher finisher, Conclusions conclusions, Executor workers) {
		this.leases = leases;
		this.finisher = finisher;
		this.conclusions = conclusions;
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
		boolean surrounding = UncertainTransactions.clear();
		CompletionStage<?> stage = call(execution, method);
		CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
		boolean noticed = UncertainTransactions.clear();
		UncertainTransactions.restore(surrounding);
		boolean uncertain = !handOver(stage, result) || noticed;
		CompletableFuture<Integer> transaction = endOfTransaction(execution);
		CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
		// what has come already is recorded by this thread
		Executor executor = result.isDone() ? Runnable::run : this.workers;
		var unused = result.whenComplete((value, failure) -> EngineThreads.execute(executor, () -> {
			if (failure != null) {
				failed(execution, Failures.unwrap(failure), uncertain, transaction, answer);
			}
			else {
				succeeded(execution, value, transaction, answer);
			}
		}));
		return answer;
	}

	private static CompletionStage<?> call(Execution execution,
			ThrowingCallback<? extends CompletionStage<?>, ?> method) {
		try {
			return execution.context().call(method);
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

	private static @Nullable CompletableFuture<Integer> endOfTransaction(Execution execution) {
		if (!TransactionBoundary.isAround(execution.call().operation())) {
			execution.inFlight().letGo();
			return null;
		}
		CompletableFuture<Integer> end = new CompletableFuture<>();
		TransactionBoundary.afterEnd((status) -> {
			execution.inFlight().letGo();
			end.complete(status);
		});
		return end;
	}

	private void succeeded(Execution execution, @Nullable Object value,
			@Nullable CompletableFuture<Integer> transaction, CompletableFuture<@Nullable Object> answer) {
		if (end(execution, () -> this.conclusions.ofResult(execution, value), transaction) == OwnerAnswer.LOST) {
			answer.completeExceptionally(execution.ownershipLost());
		}
		else {
			answer.complete(value);
		}
	}

	private void failed(Execution execution, Throwable failure, boolean uncertain,
			@Nullable CompletableFuture<Integer> transaction, CompletableFuture<@Nullable Object> answer) {
		end(execution, () -> this.conclusions.ofFailure(execution, failure, uncertain), transaction);
		answer.completeExceptionally(failure);
	}

	private OwnerAnswer end(Execution execution, Supplier<Conclusion> concluding,
			@Nullable CompletableFuture<Integer> transaction) {
		try {
			Conclusion conclusion = concluding.get();
			if (transaction == null) {
				return this.finisher.end(execution, conclusion.onCommit());
			}
			var unused = transaction.thenAccept((status) -> EngineThreads.execute(this.workers,
					() -> this.finisher.end(execution, conclusion.after(status))));
		}
		catch (Throwable trouble) {
			// whatever it is: the caller gets what the method said
			this.finisher.giveUp(execution, trouble);
		}
		return OwnerAnswer.CONFIRMED;
	}

}
