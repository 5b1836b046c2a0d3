package io.idempotent.interceptor;

import java.util.Set;

import io.idempotent.Idempotent;
import io.idempotent.engine.operation.Operation;
import io.idempotent.store.Fingerprint;
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
		return this.method.scope().scopeOf(new IdempotentCall(this.method, target, NO_ARGUMENTS, Caller.NONE));
	}

	/**
	 * Whether all users share the records on purpose.
	 * @return whether a record is that of all who send its key
	 */
	public boolean isUnscoped() {
		return annotation().scope().equals(Idempotent.UNSCOPED);
	}

	/**
	 * What is compared of a request.
	 * @return the choice of the annotation
	 */
	public Comparison comparison() {
		return switch (annotation().payload()) {
			case "" -> Comparison.REQUEST;
			case Idempotent.UNCHECKED -> Comparison.NOTHING;
			default -> Comparison.CHOSEN;
		};
	}

	/**
	 * Compares what the annotation chooses.
	 * @param target the bean
	 * @param request the values of the variables {@link Parameters#OF_REQUEST}
	 * @return the fingerprint
	 * @throws IllegalArgumentException with a sentence, if there is none
	 */
	public @Nullable Fingerprint fingerprintOf(Object target, @Nullable Object... request) {
		return this.method.payload().fingerprintOf(new IdempotentCall(this.method, target, request, Caller.NONE));
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

	/**
	 * What is compared of a request.
	 */
	public enum Comparison {

		/** Nothing: any request with the same key is the same. */
		NOTHING,

		/** All that it says. */
		REQUEST,

		/** What the annotation says. */
		CHOSEN

	}

}
