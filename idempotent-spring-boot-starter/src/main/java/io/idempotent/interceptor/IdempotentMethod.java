package io.idempotent.interceptor;

import java.util.function.Function;

import io.idempotent.Idempotent;
import io.idempotent.engine.operation.CallInputs;
import io.idempotent.engine.operation.Operation;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;

/**
 * An annotated method of a bean class, read and checked once: per call only scope, key
 * and payload are left to compute.
 *
 * @param source where it was found
 * @param operation the settings
 * @param key the key expression, null if the key comes with a web request
 * @param scope says whose key it is
 * @param principals finds in whose name it is called
 * @param payload what must be equal
 * @param contexts makes what expressions are evaluated in
 */
public record IdempotentMethod(AnnotatedMethod source, Operation operation, @Nullable CallExpression key,
		CallScope scope, CallPrincipals principals, CallPayload payload,
		Function<IdempotentCall, EvaluationContext> contexts) {

	CallInputs inputs(@Nullable Object target, @Nullable Object[] arguments, Caller caller) {
		return new IdempotentCall(this, target, arguments, caller);
	}

	/**
	 * Whether nothing that the annotation says tells the bean that is called from another
	 * one of the same class.
	 */
	public boolean sharesRecordsOfItsBeans() {
		Idempotent annotation = this.source.annotation();
		return annotation.scope().isEmpty() && !annotation.key().contains("#root");
	}

}
