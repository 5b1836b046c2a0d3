package io.idempotent.web.reactive;

import java.lang.reflect.Method;
import java.security.Principal;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.AsyncResult;
import io.idempotent.engine.UnguardedExecutor;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.operation.ResultShape;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.interceptor.RequestOperation;
import io.idempotent.web.request.HandlerOperations;
import io.idempotent.web.request.RequestInputs;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebOperations;
import io.idempotent.web.request.WebSettings;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.core.Ordered;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerAdapter;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Runs handlers of WebFlux each time, with the context that the key of their request
 * would give them: of an application that has switched the guard off. Requests without a
 * key, or with none that can be read, run without.
 */
public final class ReactiveUnguardedRequests implements RequestGuard, WebFilter, HandlerAdapter, Ordered {

	private static final String CONTEXT = ReactiveUnguardedRequests.class.getName() + ".context";

	private final HandlerOperations operations;

	private final Operations routes;

	private final Supplier<? extends IdempotencyScopeResolver> scopeResolver;

	private final String header;

	private final UserScopes scopes;

	private final Supplier<? extends HandlerAdapter> delegate;

	/**
	 * Creates the component.
	 * @param source reads annotated methods; asked when the first request comes
	 * @param routes where operations of routes are defined
	 * @param scopeResolver says whose keys those are, besides those of the user
	 * @param settings the name of the header
	 * @param scopes says whose keys they are
	 * @param delegate calls handlers; asked when the first request comes
	 */
	public ReactiveUnguardedRequests(Supplier<IdempotentOperationSource> source, Operations routes,
			Supplier<? extends IdempotencyScopeResolver> scopeResolver, WebSettings settings, UserScopes scopes,
			Supplier<? extends HandlerAdapter> delegate) {
		this.operations = new HandlerOperations(source);
		this.routes = routes;
		this.scopeResolver = scopeResolver;
		this.header = settings.header();
		this.scopes = scopes;
		this.delegate = SingletonSupplier.of(delegate::get);
	}

	@Override
	public OperationSpec specOf(Method method, Class<?> beanClass, OperationSpec declared) {
		return WebOperations.specOf(declared);
	}

	/** Before the adapter that calls handlers. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return chain.filter(exchange).contextWrite((context) -> context.put(CONTEXT, exchange.getAttributes()));
	}

	@Override
	public boolean supports(Object handler) {
		return handler instanceof HandlerMethod method && this.operations.findReadable(method) != null;
	}

	@Override
	public Mono<HandlerResult> handle(ServerWebExchange exchange, Object handler) {
		HandlerMethod method = (HandlerMethod) handler;
		return ReactiveUser.of(exchange).flatMap((user) -> {
			RequestOperation operation = this.operations.findReadable(method);
			if (operation != null) {
				IdempotencyContext context = contextOf(operation.operation(), exchange, user,
						operation.isUnscoped() ? null : () -> operation.scopeOf(method.getBean()));
				if (context != null) {
					exchange.getAttributes().put(CONTEXT, context);
				}
			}
			return this.delegate.get().handle(exchange, handler);
		});
	}

	/**
	 * The context of a request to a route.
	 * @param name the name of its operation
	 * @return empty if there is no key that can be read
	 */
	Mono<Optional<IdempotencyContext>> contextOf(String name, ServerWebExchange exchange) {
		Operation operation = this.routes.define(WebOperations.named(name));
		return ReactiveUser.of(exchange)
			.map((user) -> Optional.ofNullable(contextOf(operation, exchange, user,
					() -> WebOperations.scopeOf(operation, this.scopeResolver.get()))));
	}

	private @Nullable IdempotencyContext contextOf(Operation operation, ServerWebExchange exchange,
			Optional<Principal> user, @Nullable Supplier<String> scope) {
		return UnguardedExecutor.contextOf(operation,
				new RequestInputs(this.header, exchange.getRequest().getHeaders().getOrEmpty(this.header),
						() -> this.scopes.scopeOf(user.orElse(null), scope), () -> null));
	}

	@Override
	public @Nullable Object proceed(Operation operation, Class<?> returnType,
			ThrowingCallback<@Nullable Object, Throwable> method) throws Throwable {
		ResultShape shape = ResultShape.of(returnType);
		if (!shape.isDeferred() || !Publisher.class.isAssignableFrom(returnType)) {
			return method.call();
		}
		Flux<Object> result = Flux.deferContextual((reactor) -> Flux
			.from((Publisher<?>) AsyncResult.of(shape).unguarded(() -> contextIn(reactor, operation), method)));
		return (returnType == Mono.class) ? result.singleOrEmpty() : result;
	}

	private static @Nullable IdempotencyContext contextIn(ContextView reactor, Operation operation) {
		Map<?, ?> attributes = reactor.getOrDefault(CONTEXT, Map.of());
		return (attributes != null && attributes.get(CONTEXT) instanceof IdempotencyContext context
				&& context.operation().equals(operation.name())) ? context : null;
	}

}
