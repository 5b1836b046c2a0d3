package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.idempotent.engine.UnguardedExecutor;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.MethodClassKey;
import org.springframework.util.function.SingletonSupplier;

/**
 * Runs annotated methods each time, with the context that they would have under the
 * guard; without one if the annotation cannot be read, which under the guard would have
 * stopped the start.
 */
final class UnguardedInterceptor implements MethodInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(UnguardedInterceptor.class);

	private final Set<MethodClassKey> unreadable = ConcurrentHashMap.newKeySet();

	private final Supplier<IdempotentOperationSource> source;

	private final MethodInterceptor delegate;

	UnguardedInterceptor(Supplier<IdempotentOperationSource> source, Supplier<RequestGuard> requests) {
		this.source = SingletonSupplier.of(source);
		this.delegate = new IdempotentInterceptor(source, UnguardedExecutor::new, requests);
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		return isReadable(invocation.getMethod(), IdempotentInterceptor.beanClassOf(invocation))
				? this.delegate.invoke(invocation) : invocation.proceed();
	}

	private boolean isReadable(Method method, Class<?> beanClass) {
		MethodClassKey key = new MethodClassKey(method, beanClass);
		if (this.unreadable.contains(key)) {
			return false;
		}
		try {
			return this.source.get().find(method, beanClass) != null;
		}
		catch (RuntimeException ex) {
			logger.debug("{} runs without a context", method, ex);
			this.unreadable.add(key);
			return false;
		}
	}

}
