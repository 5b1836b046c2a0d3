package io.idempotent.interceptor;

import java.util.function.Supplier;

import io.idempotent.engine.IdempotencyEngine;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.core.Ordered;

/**
 * Puts the interceptor around annotated methods: outside {@code @Transactional}, inside
 * method security. To be declared by a static bean method with the infrastructure role.
 */
public final class IdempotentAdvisor extends DefaultPointcutAdvisor {

	/** Where the advice stands among others. */
	public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	/**
	 * Creates the advisor, which is needed long before what it calls.
	 * @param source asked at most once, when the first call needs it
	 * @param engine asked at most once, when the first call needs it
	 * @param requests asked at most once, when the first handler of web requests that has
	 * no key of its own is called
	 */
	public IdempotentAdvisor(Supplier<IdempotentOperationSource> source, Supplier<IdempotencyEngine> engine,
			Supplier<RequestGuard> requests) {
		super(new IdempotentPointcut(), new IdempotentInterceptor(source, engine, requests));
		setOrder(ORDER);
	}

}
