package io.idempotent.engine;

import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.ResultShape;
import org.jspecify.annotations.Nullable;

/**
 * How a method hands over a result that it may not have yet when it returns. The method
 * has finished when its result has.
 */
public interface AsyncResult {

	/**
	 * Makes what the caller of the method gets.
	 * @param method the method, to be started once for each time that its result is asked
	 * for
	 * @return a future or publisher of the type that the method declares
	 */
	Object guard(DeferredMethod method);

	/**
	 * Makes what the caller of the method gets where nothing is guarded.
	 * @param context the context of a call, asked for with each; it may have none
	 * @param method the method, called each time
	 * @return a future or publisher of the type that the method declares
	 */
	Object unguarded(Supplier<@Nullable IdempotencyContext> context, ThrowingCallback<?, ?> method);

	/**
	 * Calls a method in a context.
	 * @param context null if the call has none
	 */
	static @Nullable Object call(@Nullable IdempotencyContext context, ThrowingCallback<?, ?> method) throws Throwable {
		return (context != null) ? context.call(method) : method.call();
	}

	/**
	 * Finds out how results of a shape are handed over.
	 * @param shape a shape that is deferred
	 * @return the way to do it
	 */
	static AsyncResult of(ResultShape shape) {
		return switch (shape) {
			case STAGE -> StageResult.INSTANCE;
			// apart, because Reactor may be absent
			case MONO -> ReactorResult.OF_MONO;
			case FLUX -> ReactorResult.OF_FLUX;
			case VALUE -> throw new IllegalArgumentException("a value is not deferred");
		};
	}

}
