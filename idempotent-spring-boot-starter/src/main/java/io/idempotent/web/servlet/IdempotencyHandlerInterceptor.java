package io.idempotent.web.servlet;

import java.io.IOException;
import java.util.function.Supplier;

import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestOperation;
import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.HandlerOperations;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Claims a record before an annotated handler without a key of its own is called, or
 * answers in its place. The last of all interceptors: whatever refuses the request
 * reserves nothing.
 */
public final class IdempotencyHandlerInterceptor implements HandlerInterceptor {

	private final HandlerOperations operations;

	private final IdempotencyRequests requests;

	/**
	 * Creates the interceptor.
	 * @param source reads annotated methods; asked when the first request comes
	 * @param requests claims records
	 */
	public IdempotencyHandlerInterceptor(Supplier<IdempotentOperationSource> source, IdempotencyRequests requests) {
		this.operations = new HandlerOperations(source);
		this.requests = requests;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
			throws IOException {
		if (!(handler instanceof HandlerMethod method) || request.getDispatcherType() == DispatcherType.ERROR) {
			return true;
		}
		RequestOperation operation = this.operations.find(method);
		if (operation == null || this.requests.isClaimed(request, operation.operation())) {
			return true;
		}
		RecordedResponse recorded = this.requests.begin(request, operation.operation(),
				HandlerOperations.comparison(operation, method, this.requests::fingerprint), operation.recordFailures(),
				operation.isUnscoped() ? null : () -> operation.scopeOf(method.getBean()));
		if (recorded != null) {
			ServletReplay.write(recorded, response);
		}
		return recorded == null;
	}

}
