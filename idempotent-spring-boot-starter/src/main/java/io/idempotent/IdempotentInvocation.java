package io.idempotent;

import java.lang.reflect.Method;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One call of an idempotent operation, as an {@link IdempotencyScopeResolver} sees it.
 *
 * @param operation the name of the operation
 * @param target the bean, null for a call through {@link IdempotencyTemplate}
 * @param method the method, null for a call through {@link IdempotencyTemplate}
 * @param arguments the arguments, empty for a call through {@link IdempotencyTemplate}
 */
public record IdempotentInvocation(String operation, @Nullable Object target, @Nullable Method method,
		List<@Nullable Object> arguments) {

}
