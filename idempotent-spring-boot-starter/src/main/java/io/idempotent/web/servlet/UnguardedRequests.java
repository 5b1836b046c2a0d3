package io.idempotent.web.servlet;

import java.lang.reflect.Method;
import java.util.Collections;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.UnguardedExecutor;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.interceptor.RequestOperation;
import io.idempotent.web.request.HandlerOperations;
import io.idempotent.web.request.RequestInputs;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebOperations;
import io.idempotent.web.request.WebSettings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Runs handlers of Spring MVC each time, with the context that the key of their request
 * would give them: of an application that has switched the guard off. Requests without a
 * key, or with none that can be read, run without.
 */
public final class UnguardedRequests implements RequestGuard, HandlerInterceptor {

	private static final String CONTEXT = UnguardedRequests.class.getName() + ".context";

	private final HandlerOperations operations;

	private final Operations routes;

	private final Supplier<? extends IdempotencyScopeResolver> scopeResolver;

	private final String header;

	private final UserScopes scopes;

	/**
	 * Creates the component.
	 * @param source reads annotated methods; asked when the first request comes
	 * @param routes where operations of routes are defined
	 * @param scopeResolver says whose keys those are, besides those of the user
	 * @param settings the name of the header
	 * @param scopes says whose keys they are
	 */
	public UnguardedRequests(Supplier<IdempotentOperationSource> source, Operations routes,
			Supplier<? extends IdempotencyScopeResolver> scopeResolver, WebSettings settings, UserScopes scopes) {
		this.operations = new HandlerOperations(source);
		this.routes = routes;
		this.scopeResolver = scopeResolver;
		this.header = settings.header();
		this.scopes = scopes;
	}

	@Override
	public OperationSpec specOf(Method method, Class<?> beanClass, OperationSpec declared) {
		return WebOperations.specOf(declared);
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		RequestOperation operation = (handler instanceof HandlerMethod method) ? this.operations.findReadable(method)
				: null;
		if (operation != null) {
			request.setAttribute(CONTEXT, contextOf(operation.operation(), request,
					operation.isUnscoped() ? null : () -> operation.scopeOf(((HandlerMethod) handler).getBean())));
		}
		return true;
	}

	/**
	 * The context of a request to a route.
	 * @param name the name of its operation
	 * @return null if there is no key that can be read
	 */
	@Nullable IdempotencyContext contextOf(String name, HttpServletRequest request) {
		Operation operation = this.routes.define(WebOperations.named(name));
		return contextOf(operation, request, () -> WebOperations.scopeOf(operation, this.scopeResolver.get()));
	}

	private @Nullable IdempotencyContext contextOf(Operation operation, HttpServletRequest request,
			@Nullable Supplier<String> scope) {
		return UnguardedExecutor.contextOf(operation,
				new RequestInputs(this.header, Collections.list(request.getHeaders(this.header)),
						() -> this.scopes.scopeOf(request.getUserPrincipal(), scope), () -> null));
	}

	@Override
	public @Nullable Object proceed(Operation operation, Class<?> returnType,
			ThrowingCallback<@Nullable Object, Throwable> method) throws Throwable {
		RequestAttributes request = RequestContextHolder.getRequestAttributes();
		Object context = (request != null) ? request.getAttribute(CONTEXT, RequestAttributes.SCOPE_REQUEST) : null;
		return (context instanceof IdempotencyContext current && current.operation().equals(operation.name()))
				? current.call(method) : method.call();
	}

}
