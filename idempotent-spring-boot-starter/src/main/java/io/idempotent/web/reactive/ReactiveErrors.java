package io.idempotent.web.reactive;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.idempotent.IdempotencyException;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.handler.ExceptionHandlingWebHandler;

/**
 * Makes answers of failures, in the way in which the application does for all requests.
 */
public final class ReactiveErrors {

	private final Supplier<Stream<WebExceptionHandler>> handlers;

	private final Supplier<? extends DispatchExceptionHandler> advice;

	private final Supplier<Stream<HandlerResultHandler>> resultHandlers;

	/**
	 * Creates the component.
	 * @param handlers make answers of failures of all kinds
	 * @param advice asks {@code @ControllerAdvice}
	 * @param resultHandlers write what advice returns
	 */
	public ReactiveErrors(Supplier<Stream<WebExceptionHandler>> handlers,
			Supplier<? extends DispatchExceptionHandler> advice,
			Supplier<Stream<HandlerResultHandler>> resultHandlers) {
		this.handlers = handlers;
		this.advice = advice;
		this.resultHandlers = resultHandlers;
	}

	/**
	 * Answers as if nobody had handled the failure.
	 * @return fails if nobody can
	 */
	Mono<Void> render(ServerWebExchange exchange, Throwable failure) {
		List<WebExceptionHandler> handlers = this.handlers.get().toList();
		return new ExceptionHandlingWebHandler((ignored) -> Mono.error(failure), handlers).handle(exchange);
	}

	/**
	 * Answers as if the handler had failed with the refusal.
	 */
	Mono<Void> answer(ServerWebExchange exchange, IdempotencyException refusal) {
		return this.advice.get().handleError(exchange, refusal).flatMap((result) -> write(exchange, result));
	}

	private Mono<Void> write(ServerWebExchange exchange, HandlerResult result) {
		return this.resultHandlers.get()
			.filter((handler) -> handler.supports(result))
			.findFirst()
			.map((handler) -> handler.handleResult(exchange, result))
			.orElseGet(() -> Mono.error(() -> new IllegalStateException("Nobody writes " + result.getReturnValue())));
	}

}
