package io.idempotent.engine;

import java.time.Instant;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.CallInputs;
import io.idempotent.engine.operation.KeyFormatter;
import io.idempotent.engine.operation.Operation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each method each time, with the context of a first attempt, so that what it
 * derives from that is what it would be under the guard: the engine of an application
 * that has switched it off.
 */
public final class UnguardedExecutor implements OperationExecutor {

	private static final Logger logger = LoggerFactory.getLogger(UnguardedExecutor.class);

	@Override
	public <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> execute(Operation operation,
			CallInputs inputs, ThrowingCallback<T, X> method) throws X {
		IdempotencyContext context = contextOf(operation, inputs);
		T value = (context != null) ? context.call(method) : method.call();
		return new IdempotentResult<>(value, false, 1, Instant.now());
	}

	@Override
	public Object defer(Operation operation, Supplier<CallInputs> inputs, ThrowingCallback<?, ?> method) {
		return AsyncResult.of(operation.shape()).unguarded(() -> contextOf(operation, inputs.get()), method);
	}

	/**
	 * The context of a call.
	 * @param operation the operation
	 * @param inputs computes scope and key
	 * @return null if there is no key, or none that could be told: the method runs all
	 * the same
	 */
	public static @Nullable IdempotencyContext contextOf(Operation operation, CallInputs inputs) {
		try {
			String scope = inputs.scope();
			String key = KeyFormatter.of(inputs.key());
			return (key != null) ? new IdempotencyContext(scope, operation.name(), key, 1, 1) : null;
		}
		catch (RuntimeException ex) {
			logger.debug("Operation {} runs without a context", operation.name(), ex);
			return null;
		}
	}

}
