package io.idempotent.web;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestOperation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodClassKey;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.HandlerMethod;

/**
 * What guards handlers, looked up once for each.
 */
final class HandlerOperations {

	private final Map<MethodClassKey, Optional<RequestOperation>> operations = new ConcurrentHashMap<>();

	private final Supplier<IdempotentOperationSource> source;

	HandlerOperations(Supplier<IdempotentOperationSource> source) {
		this.source = SingletonSupplier.of(source);
	}

	/**
	 * Finds what guards a handler by the key of its request.
	 * @return null if nothing does
	 */
	@Nullable RequestOperation find(HandlerMethod method) {
		return this.operations
			.computeIfAbsent(new MethodClassKey(method.getMethod(), method.getBeanType()),
					(key) -> Optional
						.ofNullable(this.source.get().findRequestOperation(method.getMethod(), method.getBeanType())))
			.orElse(null);
	}

}
