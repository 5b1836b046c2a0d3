package io.idempotent.interceptor;

import java.util.Set;

import io.idempotent.Idempotent;
import io.idempotent.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * What guards a handler of web requests whose keys come with them.
 */
public final class RequestOperation {

	private static final @Nullable Object[] NO_ARGUMENTS = {};

	private final IdempotentMethod method;

	RequestOperation(IdempotentMethod method) {
		this.method = method;
	}

	/**
	 * Its operation, whose result is what is recorded of a request.
	 * @return the operation
	 */
	public Operation operation() {
		return this.method.operation();
	}

	/**
	 * Whose key it is, besides that of the user who sends it.
	 * @param target the bean
	 * @return the scope
	 * @throws IllegalArgumentException with a sentence, if there is none
	 */
	public String scopeOf(Object target) {
		// nobody knows the arguments before the handler is called
		return this.method.scope().scopeOf(new IdempotentCall(this.method, target, NO_ARGUMENTS));
	}

	/**
	 * Whether a request with the same key may be another one.
	 * @return whether nothing is compared
	 */
	public boolean isUnchecked() {
		return annotation().payload().equals(Idempotent.UNCHECKED);
	}

	/**
	 * The failures that are outcomes.
	 * @return the types
	 */
	public Set<Class<? extends Throwable>> recordFailures() {
		return Set.of(annotation().recordFailures());
	}

	private Idempotent annotation() {
		return this.method.source().annotation();
	}

}
