package io.idempotent.codec;

import java.io.File;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.sql.Time;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The text of values that are one, such as dates. A fixed list instead of what a JSON
 * library does at present: fingerprints are compared with those of earlier versions.
 */
final class CanonicalText {

	private static final List<Class<?>> TYPES = List.of(CharSequence.class, Character.class, UUID.class, URI.class,
			URL.class, Locale.class, Currency.class, Charset.class, Path.class, File.class, Class.class, Date.class,
			Calendar.class, TimeZone.class, InetAddress.class);

	private static final List<Class<?>> TIMES = List.of(TemporalAccessor.class, TemporalAmount.class, ZoneId.class);

	private CanonicalText() {
	}

	/**
	 * Whether values of a class are written as text.
	 */
	static boolean isText(Class<?> type) {
		return isAnyOf(TYPES, type)
				|| (type.getPackageName().startsWith("java.time") && !type.isEnum() && isAnyOf(TIMES, type));
	}

	/**
	 * Whether two values are text of one class, or of classes that stand for each other:
	 * texts, dates, zones.
	 */
	static boolean isOfOneType(Object value, Object other) {
		return value.getClass() == other.getClass() || Stream.concat(TYPES.stream(), Stream.of(ZoneId.class))
			.anyMatch((type) -> type.isInstance(value) && type.isInstance(other));
	}

	static String of(Object value) {
		if (value instanceof Instant instant) {
			return ofInstant(instant);
		}
		if (value instanceof Date date) {
			return ofDate(date);
		}
		if (value instanceof Calendar calendar) {
			// without its zone, which often is that of the JVM
			return ofInstant(calendar.toInstant());
		}
		if (value instanceof TimeZone zone) {
			return zone.getID();
		}
		if (value instanceof InetAddress address) {
			return address.getHostAddress();
		}
		return (value instanceof Class<?> type) ? type.getName() : value.toString();
	}

	/**
	 * The text of the key of a map, under which it is sorted.
	 */
	static String ofKey(@Nullable Object key) {
		if (key == null) {
			throw new IllegalArgumentException("a map has null for a key");
		}
		return switch (CanonicalKind.of(key)) {
			case TEXT -> of(key);
			case NUMBER -> CanonicalNumber.textOf((Number) key);
			case BOOLEAN -> key.toString();
			case CONSTANT -> ((Enum<?>) key).name();
			default -> throw new IllegalArgumentException(
					"a map has keys of " + key.getClass().getTypeName() + ", which have no text");
		};
	}

	private static boolean isAnyOf(List<Class<?>> supertypes, Class<?> type) {
		return supertypes.stream().anyMatch((supertype) -> supertype.isAssignableFrom(type));
	}

	private static String ofDate(Date date) {
		// these two are no instants
		boolean local = date instanceof java.sql.Date || date instanceof Time;
		return local ? String.valueOf(date) : ofInstant(date.toInstant());
	}

	/**
	 * Not its own text, which takes longer than all the rest of a usual payload.
	 */
	private static String ofInstant(Instant instant) {
		return instant.getEpochSecond() + "s" + instant.getNano();
	}

}
