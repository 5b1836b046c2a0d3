package io.idempotent.engine.operation;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Which values a method with a given return type can have returned.
 */
public final class ResultTypes {

	private ResultTypes() {
	}

	public static boolean isAssignable(Type type, @Nullable Object value) {
		Class<?> raw = ResolvableType.forType(type).toClass();
		if (raw == void.class || raw == Void.class) {
			return value == null;
		}
		return ClassUtils.isAssignableValue(raw, value);
	}

}
