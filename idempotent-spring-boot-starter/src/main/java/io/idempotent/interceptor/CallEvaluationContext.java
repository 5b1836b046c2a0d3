package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypedValue;
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
	 * The members of maps, which is what a request is read as; one that is absent is
	 * null.
	 */
	static final class Members implements PropertyAccessor {

		@Override
		public Class<?>[] getSpecificTargetClasses() {
			return new Class<?>[] { Map.class };
		}

		@Override
		public boolean canRead(EvaluationContext context, @Nullable Object target, String name) {
			return target instanceof Map;
		}

		@Override
		public TypedValue read(EvaluationContext context, @Nullable Object target, String name) {
			return new TypedValue(((Map<?, ?>) Objects.requireNonNull(target)).get(name));
		}

		@Override
		public boolean canWrite(EvaluationContext context, @Nullable Object target, String name) {
			return false;
		}

		@Override
		public void write(EvaluationContext context, @Nullable Object target, String name, @Nullable Object value) {
			throw new UnsupportedOperationException();
		}

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
