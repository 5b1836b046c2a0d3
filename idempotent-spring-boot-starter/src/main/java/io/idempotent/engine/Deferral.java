package io.idempotent.engine;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.ThrowingCallback;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * How a method hands over a result that it does not have yet when it returns. The method
 * has finished when its result has.
 */
public interface Deferral {

	/**
	 * The type of the result that is recorded.
	 * @return the full generic type of the value, not of what carries it
	 */
	Type resultType();

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
	 * Finds the deferral for a return type.
	 * @return null if methods that return it have finished when they return
	 */
	static @Nullable Deferral of(Type returnType) {
		Class<?> erased = ResolvableType.forType(returnType).toClass();
		Type content = (returnType instanceof ParameterizedType parameterized)
				? parameterized.getActualTypeArguments()[0] : Object.class;
		if (erased == CompletableFuture.class || erased == CompletionStage.class) {
			return new StageDeferral(content);
		}
		// by name, because Reactor may be absent
		return switch (erased.getName()) {
			case "reactor.core.publisher.Mono" -> ReactorDeferral.ofMono(content);
			case "reactor.core.publisher.Flux" -> ReactorDeferral.ofFlux(content);
			default -> null;
		};
	}

}
