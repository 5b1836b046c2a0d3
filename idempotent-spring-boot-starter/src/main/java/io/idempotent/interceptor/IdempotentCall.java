package io.idempotent.interceptor;

import java.util.Objects;

import io.idempotent.engine.operation.CallInputs;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;

/**
 * One call of an annotated method. Stays in the thread of its caller.
 */
final class IdempotentCall implements CallInputs {

	private final IdempotentMethod method;

	private final @Nullable Object target;

	private final @Nullable Object[] arguments;

	private final Caller caller;

	private @Nullable EvaluationContext evaluationContext;

	IdempotentCall(IdempotentMethod method, @Nullable Object target, @Nullable Object[] arguments, Caller caller) {
		this.method = method;
		this.target = target;
		this.arguments = arguments;
		this.caller = caller;
	}

	@Override
	public String scope() {
		return this.method.scope().scopeOf(this);
	}

	@Override
	public @Nullable Object key() {
		return keyExpression().valueFor(this);
	}

	@Override
	public String keySource() {
		return keyExpression().toString();
	}

	private CallExpression keyExpression() {
		return Objects.requireNonNull(this.method.key());
	}

	@Override
	public @Nullable Fingerprint fingerprint() {
		return this.method.payload().fingerprintOf(this);
	}

	/**
	 * In whose name the method is called.
	 */
	Caller caller() {
		return this.caller;
	}

	@Nullable Object target() {
		return this.target;
	}

	@Nullable Object[] arguments() {
		return this.arguments;
	}

	@Nullable Object argument(int index) {
		return this.arguments[index];
	}

	/**
	 * The context of this call, made when the first expression needs more than an
	 * argument.
	 */
	EvaluationContext evaluationContext() {
		EvaluationContext context = this.evaluationContext;
		if (context == null) {
			context = this.method.contexts().apply(this);
			this.evaluationContext = context;
		}
		return context;
	}

}
