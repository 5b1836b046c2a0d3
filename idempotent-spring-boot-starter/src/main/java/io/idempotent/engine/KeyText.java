package io.idempotent.engine;

import java.net.URI;
import java.time.ZoneId;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.Collection;
import java.util.Currency;
import java.util.Date;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ObjectUtils;

/**
 * The text of a key: simple values as they are written, lists and arrays as their
 * length-prefixed elements, so that {@code {"a", "b:c"}} is not {@code {"a:b", "c"}}.
 */
final class KeyText {

	private KeyText() {
	}

	/**
	 * Turns a key into text.
	 * @return the text, null if the key or a part of it is null, empty or blank
	 * @throws IllegalArgumentException if a value has no text that identifies it
	 */
	static @Nullable String of(@Nullable Object key) {
		if (key instanceof String text) {
			return text.isBlank() ? null : text;
		}
		if (key instanceof Optional<?> optional) {
			return of(optional.orElse(null));
		}
		if (key instanceof Collection<?> parts) {
			return composite(parts.toArray());
		}
		if (key != null && key.getClass().isArray()) {
			return composite(ObjectUtils.toObjectArray(key));
		}
		return (key != null) ? of(simple(key)) : null;
	}

	private static @Nullable String composite(@Nullable Object[] parts) {
		StringBuilder composite = new StringBuilder();
		for (Object part : parts) {
			String text = of(part);
			if (text == null) {
				return null;
			}
			composite.append(text.length()).append(':').append(text);
		}
		return composite.isEmpty() ? null : composite.toString();
	}

	private static String simple(Object key) {
		if (key instanceof CharSequence || key instanceof Number || key instanceof Boolean || key instanceof Character
				|| key instanceof UUID || key instanceof Temporal || key instanceof TemporalAmount || key instanceof URI
				|| key instanceof ZoneId || key instanceof Locale || key instanceof Currency) {
			return key.toString();
		}
		if (key instanceof Enum<?> constant) {
			return constant.name();
		}
		if (key instanceof Date date) {
			return date.toInstant().toString();
		}
		throw new IllegalArgumentException(
				"a %s is no key: use a text, a number or the like, such as '#order.id' instead of '#order'"
					.formatted(key.getClass().getName()));
	}

}
