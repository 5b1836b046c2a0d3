package io.idempotent.web.reactive;

import java.lang.reflect.Method;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.interceptor.RequestUsers;
import io.idempotent.web.request.HandlerDeclarations;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.service.annotation.HttpExchange;

/**
 * Finds the users of requests to handlers of Spring WebFlux, for who subscribes to their
 * results where a {@link ServerWebExchangeContextFilter} has put the request.
 */
public final class ReactiveRequestUsers implements RequestUsers {

	private final boolean secured;

	/**
	 * Creates the component.
	 * @param secured whether requests may have users
	 */
	public ReactiveRequestUsers(boolean secured) {
		this.secured = secured;
	}

	@Override
	public @Nullable Object find(Method method, Class<?> beanClass) {
		return !Publisher.class.isAssignableFrom(method.getReturnType()) ? null : Mono
			.deferContextual((context) -> ServerWebExchangeContextFilter.getExchange(context)
				.filter((exchange) -> HandlerDeclarations
					.isCalled(exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE), method, beanClass))
				.map((exchange) -> exchange.getPrincipal())
				.orElse(Mono.empty()));
	}

	@Override
	public void validate(Method method, Class<?> beanClass) {
		if (this.secured && AnnotatedElementUtils.hasAnnotation(beanClass, Controller.class)
				&& (AnnotatedElementUtils.hasAnnotation(method, RequestMapping.class)
						|| AnnotatedElementUtils.hasAnnotation(method, HttpExchange.class))) {
			throw new InvalidDeclarationException(
					"it handles web requests and returns %s, so that it is called before its record can be that of the user"
						.formatted(method.getReturnType().getName()),
					"Return a Mono or Flux, such as Mono.fromCallable(...), or take the Principal as an argument, or say whose record it is: scope = \"#name\", or Idempotent.UNSCOPED for one record of all users");
		}
	}

}
