package io.idempotent.web.request;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.web.IdempotencyExceptionHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.http.MediaType;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.ControllerAdviceBean;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.annotation.ExceptionHandlerMappingInfo;
import org.springframework.web.method.annotation.ExceptionHandlerMethodResolver;

/**
 * Finds the {@code @ExceptionHandler} methods by which an application answers refusals
 * itself: those that name {@link IdempotencyException} or a subtype. One that takes every
 * exception does not.
 */
public final class RefusalHandlers implements SmartInitializingSingleton {

	private final Map<Class<?>, ExceptionHandlerMethodResolver> resolvers = new ConcurrentHashMap<>();

	private final Supplier<List<ControllerAdviceBean>> advices;

	/**
	 * Creates the component.
	 * @param advices all advices, in their order; asked when the singletons are there
	 */
	public RefusalHandlers(Supplier<List<ControllerAdviceBean>> advices) {
		this.advices = SingletonSupplier.of(advices);
	}

	/** No thread that must not block is to look for them. */
	@Override
	public void afterSingletonsInstantiated() {
		for (ControllerAdviceBean advice : this.advices.get()) {
			if (advice.getBeanType() != null) {
				this.resolvers.computeIfAbsent(advice.getBeanType(), ExceptionHandlerMethodResolver::new);
			}
		}
	}

	/**
	 * Whether a controller answers a refusal itself.
	 */
	public boolean isAnsweredBy(@Nullable HandlerMethod handler, Throwable refusal) {
		return handler != null && isExplicit(mapping(handler.getBeanType(), refusal), refusal);
	}

	/**
	 * Finds the first advice that answers a refusal of a handler.
	 * @return a method of the advice, null if there is none
	 */
	public @Nullable HandlerMethod find(@Nullable HandlerMethod handler, Throwable refusal) {
		for (ControllerAdviceBean advice : advicesFor(handler)) {
			ExceptionHandlerMappingInfo mapping = mapping(advice.getBeanType(), refusal);
			if (mapping != null && isExplicit(mapping, refusal)) {
				return new HandlerMethod(advice.resolveBean(), mapping.getHandlerMethod());
			}
		}
		return null;
	}

	/**
	 * Whether the advice that Spring chooses for a refusal answers it itself.
	 */
	public boolean isAnsweredByFirst(Throwable refusal) {
		return advicesFor(null).stream()
			.map((advice) -> mapping(advice.getBeanType(), refusal))
			.filter((mapping) -> mapping != null)
			.findFirst()
			.filter((mapping) -> isExplicit(mapping, refusal))
			.isPresent();
	}

	private List<ControllerAdviceBean> advicesFor(@Nullable HandlerMethod handler) {
		Class<?> type = (handler != null) ? handler.getBeanType() : null;
		return this.advices.get()
			.stream()
			.filter((advice) -> advice.isApplicableToBeanType(type) && !isOurs(advice.getBeanType()))
			.toList();
	}

	private static boolean isOurs(@Nullable Class<?> type) {
		return type != null && IdempotencyExceptionHandler.class.isAssignableFrom(type);
	}

	private @Nullable ExceptionHandlerMappingInfo mapping(@Nullable Class<?> type, Throwable refusal) {
		return (type != null) ? this.resolvers.computeIfAbsent(type, ExceptionHandlerMethodResolver::new)
			.resolveExceptionMappingByExceptionType(refusal.getClass(), MediaType.ALL) : null;
	}

	private static boolean isExplicit(@Nullable ExceptionHandlerMappingInfo mapping, Throwable refusal) {
		return mapping != null && mapping.getExceptionTypes()
			.stream()
			.anyMatch((type) -> IdempotencyException.class.isAssignableFrom(type) && type.isInstance(refusal));
	}

}
