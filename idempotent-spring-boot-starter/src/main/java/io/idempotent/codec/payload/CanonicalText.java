package io.idempotent.codec.payload;

import java.io.File;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.sql.Time;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
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
@SuppressWarnings("JavaUtilDate") // the payloads of others
public final class CanonicalText {

	private static final List<Class<?>> TYPES = List.of(CharSequence.class, Character.class, UUID.class, URI.class,
			URL.class, Locale.class, Currency.class, Charset.class, Path.class, File.class, Class.class, Date.class,
			Calendar.class, TimeZone.class, InetAddress.class);

	private static final List<Class<?>> TIMES = List.of(TemporalAccessor.class, TemporalAmount.class, ZoneId.class);

	/** Of those that {@code java.sql.Date} can write and read in one way. */
	private static final Instant FIRST_DAY = Instant.parse("1600-01-02T00:00:00Z");

	private static final Instant LAST_DAY = Instant.parse("9999-12-30T00:00:00Z");

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
	public static boolean isOfOneType(Object value, Object other) {
		return value.getClass() == other.getClass() || Stream.concat(TYPES.stream(), Stream.of(ZoneId.class))
			.anyMatch((type) -> type.isInstance(value) && type.isInstance(other));
	}

	public static String of(Object value) {
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

	/**
	 * The same in every time zone: a day where it is one, made of a text in UTC, as JSON
	 * is read, or in the zone of the JVM, as drivers do; else the instant.
	 */
	private static String ofDate(Date date) {
		if (date instanceof Time time) {
			return ofTime(time);
		}
		if (!(date instanceof java.sql.Date)) {
			return ofInstant(date.toInstant());
		}
		Instant instant = Instant.ofEpochMilli(date.getTime());
		if (instant.isBefore(FIRST_DAY) || instant.isAfter(LAST_DAY)) {
			return ofInstant(instant);
		}
		if (instant.equals(instant.truncatedTo(ChronoUnit.DAYS))) {
			return LocalDate.ofInstant(instant, ZoneOffset.UTC).toString();
		}
		String day = String.valueOf(date);
		return (java.sql.Date.valueOf(day).getTime() == date.getTime()) ? day : ofInstant(instant);
	}

	/** A time of the day is one of the first day, as it is in the zone of the JVM. */
	private static String ofTime(Time time) {
		String text = String.valueOf(time);
		long millis = Math.floorMod(time.getTime(), 1000L);
		return (Time.valueOf(text).getTime() + millis != time.getTime())
				? ofInstant(Instant.ofEpochMilli(time.getTime())) : (millis == 0) ? text : text + "." + millis;
	}

	/**
	 * Not its own text, which takes longer than all the rest of a usual payload.
	 */
	private static String ofInstant(Instant instant) {
		return instant.getEpochSecond() + "s" + instant.getNano();
	}

}
