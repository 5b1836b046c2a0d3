package io.idempotent.interceptor;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * What expressions see of one call: the arguments as variables, read when asked for, and
 * {@code #root}. Nothing can be assigned to, so that an expression cannot change what the
 * method is called with.
 */
final class CallEvaluationContext extends StandardEvaluationContext {

	private final IdempotentCall call;

	private final Parameters parameters;

	CallEvaluationContext(IdempotentCall call, Method method, Parameters parameters) {
		super(new Root(call, method));
		this.call = call;
		this.parameters = parameters;
	}

	@Override
	public @Nullable Object lookupVariable(String name) {
		int index = this.parameters.indexOf(name);
		return (index >= 0) ? this.call.argument(index) : super.lookupVariable(name);
	}

	@Override
	public boolean isAssignmentEnabled() {
		return false;
	}

	/**
	 * What {@code #root} is.
	 */
	static final class Root {

		private final IdempotentCall call;

		private final Method method;

		Root(IdempotentCall call, Method method) {
			this.call = call;
			this.method = method;
		}

		public @Nullable Object getTarget() {
			return this.call.target();
		}

		public Method getMethod() {
			return this.method;
		}

		public @Nullable Object[] getArgs() {
			return this.call.arguments();
		}

	}

}
