package io.idempotent.interceptor;

import java.util.function.Function;
import java.util.function.Supplier;

import io.idempotent.ThrowingCallback;
import io.idempotent.engine.OperationExecutor;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.ProxyMethodInvocation;
import org.springframework.aop.interceptor.ExposeInvocationInterceptor;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.function.SingletonSupplier;

/**
 * Hands calls of annotated methods over to the engine.
 */
final class IdempotentInterceptor implements MethodInterceptor {

	private final Supplier<IdempotentOperationSource> source;

	private final Supplier<OperationExecutor> engine;

	private final Supplier<RequestGuard> requests;

	IdempotentInterceptor(Supplier<IdempotentOperationSource> source, Supplier<? extends OperationExecutor> engine,
			Supplier<RequestGuard> requests) {
		this.source = SingletonSupplier.of(source);
		this.engine = SingletonSupplier.of(engine::get);
		this.requests = SingletonSupplier.of(requests);
	}

	@Override
	@SuppressWarnings("NullAway") // what proceed returns is nullable, and so is T
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = invocation.getThis();
		Class<?> beanClass = beanClassOf(invocation);
		IdempotentMethod method = this.source.get().find(invocation.getMethod(), beanClass);
		if (method == null) {
			return invocation.proceed();
		}
		if (method.key() == null) {
			Class<?> returnType = invocation.getMethod().getReturnType();
			return this.requests.get()
				.proceed(method.operation(), returnType,
						isPublisher(returnType) ? later(invocation) : invocation::proceed);
		}
		@Nullable Object[] arguments = invocation.getArguments();
		Caller caller = method.principals().callerOf(invocation.getMethod(), beanClass, arguments);
		if (method.operation().shape().isDeferred()) {
			Function<Caller, Object> call = (known) -> this.engine.get()
				.defer(method.operation(), () -> method.inputs(target, arguments, known), later(invocation));
			Class<?> returnType = invocation.getMethod().getReturnType();
			return (isPublisher(returnType) && caller.isLate()) ? LateCallers.await(caller, returnType, call)
					: call.apply(caller);
		}
		return this.engine.get()
			.execute(method.operation(), method.inputs(target, arguments, caller), invocation::proceed)
			.value();
	}

	/**
	 * The class of the bean: not that behind a foreign proxy, which many proxies may
	 * share.
	 */
	static Class<?> beanClassOf(MethodInvocation invocation) {
		Object target = invocation.getThis();
		return (target != null) ? target.getClass() : invocation.getMethod().getDeclaringClass();
	}

	private static boolean isPublisher(Class<?> type) {
		return ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
	}

	/**
	 * An invocation proceeds once, but a publisher is subscribed to again, and on other
	 * threads, where aspects look for their invocation.
	 */
	@SuppressWarnings("NullAway") // what proceed returns is nullable, and so is T
	private static ThrowingCallback<@Nullable Object, Throwable> later(MethodInvocation invocation) {
		return () -> ExposeInvocationInterceptor.INSTANCE.invoke(((ProxyMethodInvocation) invocation).invocableClone());
	}

}
