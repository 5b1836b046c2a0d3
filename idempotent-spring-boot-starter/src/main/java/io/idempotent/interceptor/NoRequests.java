package io.idempotent.interceptor;

import java.lang.reflect.Method;

import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import org.jspecify.annotations.Nullable;

/**
 * The guard of an application that takes no keys from requests.
 */
final class NoRequests implements RequestGuard {

	@Override
	public OperationSpec specOf(Method method, Class<?> beanClass, OperationSpec declared) {
		throw new InvalidDeclarationException(
				"it has no `key`, and keys are taken from requests only in web applications, and unless idempotent.web.enabled is false",
				"Say which argument tells one call from another: key = \"#name\"");
	}

	@Override
	public @Nullable Object proceed(Operation operation, Class<?> returnType,
			ThrowingCallback<@Nullable Object, Throwable> method) {
		throw new MissingIdempotencyKeyException(operation.name(), "the annotation");
	}

}
