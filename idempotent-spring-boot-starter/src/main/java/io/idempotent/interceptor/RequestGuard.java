package io.idempotent.interceptor;

import java.lang.reflect.Method;

import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import org.jspecify.annotations.Nullable;

/**
 * Guards annotated methods that name no key: handlers of web requests, each of which
 * brings its own. Whoever handles the requests claims the record before the handler is
 * called, and records the whole answer, of which the result of the method is only a part.
 */
public interface RequestGuard {

	/**
	 * Specifies the operation of the requests that a method handles.
	 * @param method the method
	 * @param beanClass the class of the bean
	 * @param declared what is declared for the method
	 * @return the operation whose result is what is recorded of a request
	 * @throws InvalidDeclarationException if the method handles no requests, or none that
	 * can be recorded
	 */
	OperationSpec specOf(Method method, Class<?> beanClass, OperationSpec declared);

	/**
	 * Runs a method whose record is claimed for the present request.
	 * @param operation the operation of the method
	 * @param returnType what the method is declared to return
	 * @param method the method; if it returns a publisher, may be called later, on
	 * another thread, and again
	 * @return its result
	 * @throws Throwable what it throws, or a refusal if there is no such claim
	 */
	@Nullable Object proceed(Operation operation, Class<?> returnType, ThrowingCallback<@Nullable Object, Throwable> method)
			throws Throwable;

	/**
	 * The guard where there are no requests.
	 * @return a guard that refuses every method
	 */
	static RequestGuard none() {
		return new NoRequests();
	}

}
