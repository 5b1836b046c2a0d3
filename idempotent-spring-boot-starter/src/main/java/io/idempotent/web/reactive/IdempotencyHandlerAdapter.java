package io.idempotent.web.reactive;

import java.util.Optional;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestOperation;
import io.idempotent.web.request.HandlerOperations;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.Ordered;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.ServerWebExchange;

/**
 * Claims a record before an annotated WebFlux handler without a key of its own is called,
 * or answers in its place; and answers what handlers were refused.
 */
public final class IdempotencyHandlerAdapter
		implements HandlerAdapter, DispatchExceptionHandler, Ordered, SmartInitializingSingleton {

	private final HandlerOperations operations;

	private final ReactiveIdempotencyRequests requests;

	private final ReactiveRefusals refusals;

	private final Supplier<RequestMappingHandlerAdapter> delegate;

	/**
	 * Creates the adapter.
	 * @param source reads annotated methods; asked when the singletons are there
	 * @param requests claims records
	 * @param refusals answers refusals of all handlers
	 * @param delegate calls handlers; asked when the singletons are there
	 */
	public IdempotencyHandlerAdapter(Supplier<IdempotentOperationSource> source, ReactiveIdempotencyRequests requests,
			ReactiveRefusals refusals, Supplier<RequestMappingHandlerAdapter> delegate) {
		this.operations = new HandlerOperations(source);
		this.requests = requests;
		this.refusals = refusals;
		this.delegate = SingletonSupplier.of(delegate);
	}

	/** No thread that must not block is to wait for it. */
	@Override
	public void afterSingletonsInstantiated() {
		var unused = this.delegate.get();
		this.operations.prepare();
	}

	/** Before the one that calls handlers. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public boolean supports(Object handler) {
		return handler instanceof HandlerMethod && this.delegate.get().supports(handler);
	}

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		HandlerMethod method = (HandlerMethod) handler;
		RequestOperation operation = this.operations.find(method);
		if (operation == null) {
			return call(exchange, method);
		}
		return this.requests.begin(exchange, operation.operation(),
				HandlerOperations.comparison(operation, method, this.requests::fingerprint), operation.recordFailures(),
				operation.isUnscoped() ? null : () -> operation.scopeOf(method.getBean()))
			.map(Optional::of)
			.defaultIfEmpty(Optional.empty())
			.flatMap((recorded) -> recorded.isPresent()
					? ReactiveReplay.write(recorded.get(), exchange.getResponse()).then(Mono.empty())
					: call(exchange, method))
			.onErrorResume(IdempotencyException.class, (refusal) -> refuse(exchange, method, refusal));
	}

	/** As if the handler had failed with it, if its controller answers that itself. */
	private Mono<HandlerResult> refuse(ServerWebExchange exchange, HandlerMethod method, IdempotencyException refusal) {
		ReactiveExchange refused = ReactiveExchange.of(exchange);
		if (refused == null || !this.refusals.isAnsweredBy(method, refusal)) {
			return Mono.error(refusal);
		}
		refused.state().refuse(refusal);
		return call(exchange, method);
	}

	private Mono<HandlerResult> call(ServerWebExchange exchange, HandlerMethod method) {
		return this.delegate.get().handle(exchange, method).doOnNext((result) -> watch(exchange, method, result));
	}

	/** What has failed is not said to others once an answer is made of it. */
	private void watch(ServerWebExchange exchange, HandlerMethod method, HandlerResult result) {
		ReactiveExchange watched = ReactiveExchange.of(exchange);
		DispatchExceptionHandler handler = result.getExceptionHandler();
		if (handler != null) {
			result.setExceptionHandler((failed, failure) -> {
				if (watched != null) {
					watched.fail(failure);
				}
				return this.refusals.handle(failed, failure, method, handler, this.delegate.get());
			});
		}
	}

	/** Asked first, also for handlers of other kinds. */
	@Override
	public Mono<HandlerResult> handleError(ServerWebExchange exchange, Throwable failure) {
		return this.refusals.handle(exchange, failure, null, (failed, cause) -> Mono.error(cause), this.delegate.get());
	}

}
