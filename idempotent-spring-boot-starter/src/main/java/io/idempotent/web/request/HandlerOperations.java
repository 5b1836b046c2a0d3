package io.idempotent.web.request;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import io.idempotent.interceptor.RequestOperation;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodClassKey;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.method.HandlerMethod;

/**
 * What guards handlers, looked up once for each.
 */
public final class HandlerOperations {

	private final Map<MethodClassKey, Optional<RequestOperation>> operations = new ConcurrentHashMap<>();

	private final Supplier<IdempotentOperationSource> source;

	public HandlerOperations(Supplier<IdempotentOperationSource> source) {
		this.source = SingletonSupplier.of(source);
	}

	/** So that no request has to wait for it. */
	public void prepare() {
		var unused = this.source.get();
	}

	/**
	 * Finds what would guard a handler, where nothing does.
	 * @return null if nothing would, or if the annotation cannot be read
	 */
	public @Nullable RequestOperation findReadable(HandlerMethod method) {
		return this.operations.computeIfAbsent(new MethodClassKey(method.getMethod(), method.getBeanType()), (key) -> {
			try {
				return Optional
					.ofNullable(this.source.get().findRequestOperation(method.getMethod(), method.getBeanType()));
			}
			catch (InvalidIdempotentMethodException ex) {
				return Optional.empty();
			}
		}).orElse(null);
	}

	/**
	 * Finds what guards a handler by the key of its request.
	 * @return null if nothing does
	 */
	public @Nullable RequestOperation find(HandlerMethod method) {
		return this.operations
			.computeIfAbsent(new MethodClassKey(method.getMethod(), method.getBeanType()),
					(key) -> Optional
						.ofNullable(this.source.get().findRequestOperation(method.getMethod(), method.getBeanType())))
			.orElse(null);
	}

	/**
	 * Says what is compared of the requests to a handler.
	 * @param operation what guards it
	 * @param method the handler
	 * @param all compares all that a request says
	 * @return null if nothing is
	 */
	public static @Nullable Function<RequestContent, @Nullable Fingerprint> comparison(RequestOperation operation,
			HandlerMethod method, Function<RequestContent, @Nullable Fingerprint> all) {
		return switch (operation.comparison()) {
			case NOTHING -> null;
			case REQUEST -> all;
			// one that the handler will refuse has no values
			case CHOSEN -> (content) -> content.isReadable() ? operation.fingerprintOf(method.getBean(),
					content.bodyValue(), content.query(), content.headerValues(), content.path()) : all.apply(content);
		};
	}

}
