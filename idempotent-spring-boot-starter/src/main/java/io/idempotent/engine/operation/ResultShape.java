package io.idempotent.engine.operation;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.springframework.core.ResolvableType;

/**
 * How a method hands over its result.
 */
public enum ResultShape {

	/** It returns it. */
	VALUE,

	/** It returns a {@link CompletionStage} of it. */
	STAGE,

	/** It returns a {@code Mono} of it. */
	MONO,

	/** It returns a {@code Flux}, whose elements are the result as a list. */
	FLUX;

	/**
	 * The shape of what methods of a return type return.
	 * @param returnType the type
	 * @return the shape; Reactor may be absent
	 */
	public static ResultShape of(Type returnType) {
		Class<?> erased = ResolvableType.forType(returnType).toClass();
		if (erased == CompletableFuture.class || erased == CompletionStage.class) {
			return STAGE;
		}
		return switch (erased.getName()) {
			case "reactor.core.publisher.Mono" -> MONO;
			case "reactor.core.publisher.Flux" -> FLUX;
			default -> VALUE;
		};
	}

	/**
	 * Whether the result may be still to come when the method returns.
	 * @return false for a value
	 */
	public boolean isDeferred() {
		return this != VALUE;
	}

	/**
	 * The type of the result that is recorded.
	 * @param returnType what the method is declared to return
	 * @return the full generic type of the result, not of what carries it
	 */
	public Type resultType(Type returnType) {
		if (this == VALUE) {
			return returnType;
		}
		Type content = (returnType instanceof ParameterizedType parameterized)
				? parameterized.getActualTypeArguments()[0] : Object.class;
		return (this != FLUX) ? content
				: ResolvableType.forClassWithGenerics(List.class, ResolvableType.forType(content)).getType();
	}

}
