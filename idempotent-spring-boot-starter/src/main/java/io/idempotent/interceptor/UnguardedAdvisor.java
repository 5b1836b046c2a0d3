package io.idempotent.interceptor;

import java.util.function.Supplier;

import org.springframework.aop.support.DefaultPointcutAdvisor;

/**
 * Puts the context that they would have around annotated methods of an application that
 * has switched the guard off. To be declared like {@link IdempotentAdvisor}.
 */
public final class UnguardedAdvisor extends DefaultPointcutAdvisor {

	/**
	 * Creates the advisor, which is needed long before what it calls.
	 * @param source asked at most once, when the first call needs it
	 * @param requests asked at most once, when the first handler of web requests that has
	 * no key of its own is called
	 */
	public UnguardedAdvisor(Supplier<IdempotentOperationSource> source, Supplier<RequestGuard> requests) {
		super(new IdempotentPointcut(), new UnguardedInterceptor(source, requests));
		setOrder(IdempotentAdvisor.ORDER);
	}

}
