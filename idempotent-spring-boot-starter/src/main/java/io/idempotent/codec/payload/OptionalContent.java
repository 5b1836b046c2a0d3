package io.idempotent.codec.payload;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;

/**
 * What is in an {@link Optional} or one of its primitive siblings, null if it is empty.
 */
public final class OptionalContent {

	private OptionalContent() {
	}

	static boolean isOptional(Class<?> type) {
		return type == Optional.class || type == OptionalInt.class || type == OptionalLong.class
				|| type == OptionalDouble.class;
	}

	public static boolean isEmpty(Object value) {
		return isOptional(value.getClass()) && of(value) == null;
	}

	public static @Nullable Object of(Object optional) {
		if (optional instanceof OptionalInt number) {
			return number.isPresent() ? number.getAsInt() : null;
		}
		if (optional instanceof OptionalLong number) {
			return number.isPresent() ? number.getAsLong() : null;
		}
		if (optional instanceof OptionalDouble number) {
			return number.isPresent() ? number.getAsDouble() : null;
		}
		return ((Optional<?>) optional).orElse(null);
	}

}
