package io.idempotent.web;

import java.util.Optional;
import java.util.function.Supplier;

import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestOperation;
import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;

/**
 * Claims a record before an annotated WebFlux handler without a key of its own is called,
 * or answers in its place.
 */
public final class IdempotencyHandlerAdapter implements HandlerAdapter, Ordered {

	private final HandlerOperations operations;

	private final ReactiveIdempotencyRequests requests;

	private final Supplier<? extends HandlerAdapter> delegate;

	/**
	 * Creates the adapter.
	 * @param source reads annotated methods; asked when the first request comes
	 * @param requests claims records
	 * @param delegate calls handlers; asked when the first request comes
	 */
	public IdempotencyHandlerAdapter(Supplier<IdempotentOperationSource> source, ReactiveIdempotencyRequests requests,
			Supplier<? extends HandlerAdapter> delegate) {
		this.operations = new HandlerOperations(source);
		this.requests = requests;
		this.delegate = SingletonSupplier.of(delegate::get);
	}

	/** Before the one that calls handlers. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public boolean supports(Object handler) {
		return handler instanceof HandlerMethod method && this.operations.find(method) != null;
	}

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		HandlerMethod method = (HandlerMethod) handler;
		RequestOperation operation = this.operations.find(method);
		if (operation == null) {
			return this.delegate.get().handle(exchange, handler);
		}
		return this.requests.begin(exchange, operation.operation(),
				HandlerOperations.comparison(operation, method, this.requests::fingerprint), operation.recordFailures(),
				operation.isUnscoped() ? null : () -> operation.scopeOf(method.getBean()))
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.flatMap((recorded) -> recorded.isPresent()
					? ReactiveReplay.write(recorded.get(), exchange.getResponse()).then(Mono.empty())
					: call(exchange, handler));
	}

	private Mono<HandlerResult> call(ServerWebExchange exchange, Object handler) {
		return this.delegate.get().handle(exchange, handler).doOnNext((result) -> watch(exchange, result));
	}

	/** What has failed is not said to anybody else once an answer is made of it. */
	private static void watch(ServerWebExchange exchange, HandlerResult result) {
		ReactiveExchange watched = ReactiveExchange.of(exchange);
		DispatchExceptionHandler handler = result.getExceptionHandler();
		if (watched != null && handler != null) {
			result.setExceptionHandler((failed, failure) -> {
				watched.fail(failure);
				return handler.handleError(failed, failure);
			});
		}
	}

}
