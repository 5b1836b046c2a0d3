package io.idempotent.engine;

import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.CallInputs;
import io.idempotent.engine.operation.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Runs methods as their operations say.
 */
public interface OperationExecutor {

	/**
	 * Runs the method, or answers from the record.
	 * @param <T> the type of the result
	 * @param <X> the type of what the method may throw
	 * @param operation the operation
	 * @param inputs computes scope, key and fingerprint
	 * @param method the method
	 * @return its result, or the recorded one
	 * @throws X what the method throws, or the recorded failure
	 * @throws IdempotencyException if it neither ran nor could be answered
	 */
	<T extends @Nullable Object, X extends Throwable> IdempotentResult<T> execute(Operation operation,
			CallInputs inputs, ThrowingCallback<T, X> method) throws X;

	/**
	 * Runs a method whose result comes later, or answers from the record.
	 * @param operation the operation, whose {@link Operation#shape()} is deferred
	 * @param inputs computes scope, key and fingerprint, once for each call that becomes
	 * of it
	 * @param method the method, called once at most for each of them
	 * @return what the method is declared to return; refusals come through it as well
	 */
	Object defer(Operation operation, Supplier<CallInputs> inputs, ThrowingCallback<?, ?> method);

}
