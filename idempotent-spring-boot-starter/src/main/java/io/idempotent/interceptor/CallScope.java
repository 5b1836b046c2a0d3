package io.idempotent.interceptor;

import java.util.Arrays;
import java.util.Collections;
import java.util.function.Supplier;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotentInvocation;
import io.idempotent.engine.operation.KeyFormatter;
import io.idempotent.engine.operation.ScopeText;
import org.jspecify.annotations.Nullable;

/**
 * Says whose key a call has.
 */
@FunctionalInterface
interface CallScope {

	String scopeOf(IdempotentCall call);

	/**
	 * The record is that of the caller, if there is one, and this is added.
	 */
	default CallScope ofCaller(Supplier<UserIdentifier> users) {
		return (call) -> ScopeText.of(call.caller().identify(users), scopeOf(call));
	}

	static CallScope of(CallExpression expression) {
		return (call) -> {
			Object value = expression.valueFor(call);
			String source = expression + " of `scope`";
			if (value == null) {
				throw missing(source);
			}
			String scope = KeyFormatter.ofSimple(value);
			if (scope == null) {
				throw new IllegalArgumentException("%s gave a %s, but a scope is a text or another simple value"
					.formatted(source, value.getClass().getName()));
			}
			return scope;
		};
	}

	static CallScope of(Supplier<? extends IdempotencyScopeResolver> resolver, String operation,
			AnnotatedMethod method) {
		return (call) -> {
			IdempotentInvocation invocation = new IdempotentInvocation(operation, call.target(), method.method(),
					Collections.unmodifiableList(Arrays.asList(call.arguments())));
			@Nullable String scope = resolver.get().resolveScope(invocation);
			if (scope == null) {
				throw missing("the IdempotencyScopeResolver");
			}
			return scope;
		};
	}

	private static IllegalArgumentException missing(String source) {
		return new IllegalArgumentException(
				"%s gave no scope (null): say whose key it is, or return \"\" to add nothing".formatted(source));
	}

}
