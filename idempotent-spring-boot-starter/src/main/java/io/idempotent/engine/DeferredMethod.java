package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.idempotent.ThrowingCallback;
import io.idempotent.engine.claim.Call;
import io.idempotent.engine.claim.CallReader;
import io.idempotent.engine.operation.CallInputs;
import io.idempotent.engine.operation.Operation;
import org.jspecify.annotations.Nullable;

/**
 * A method whose result comes later, and how to start it.
 */
public final class DeferredMethod {

	private final Operation operation;

	private final Supplier<CallInputs> inputs;

	private final ThrowingCallback<?, ?> callback;

	private final CallReader reader;

	private final DeferredCalls calls;

	DeferredMethod(Operation operation, Supplier<CallInputs> inputs, ThrowingCallback<?, ?> callback, CallReader reader,
			DeferredCalls calls) {
		this.operation = operation;
		this.inputs = inputs;
		this.callback = callback;
		this.reader = reader;
		this.calls = calls;
	}

	/**
	 * The method itself.
	 */
	ThrowingCallback<?, ?> callback() {
		return this.callback;
	}

	/**
	 * Reads a call of it.
	 */
	Call read() {
		return this.reader.read(this.operation, this.inputs.get());
	}

	/**
	 * Answers the call. Never waits for others.
	 * @param method calls the method
	 * @param executor where the store is asked and the method is called
	 * @return the answer; to cancel it does not end what has begun
	 */
	CompletableFuture<@Nullable Object> start(Call call, ThrowingCallback<? extends CompletionStage<?>, ?> method,
			Executor executor) {
		return this.calls.start(call, method, executor);
	}

}
