package io.idempotent.codec;

import java.io.File;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.sql.Time;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.Locale;
import java.util.TimeZone;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The text of values that are one, such as dates. A fixed list instead of what a JSON
 * library does at present: fingerprints are compared with those of earlier versions.
 */
final class CanonicalText {

	private CanonicalText() {
	}

	/**
	 * Returns null for anything else, numbers included.
	 */
	static @Nullable String of(Object value) {
		if (value instanceof CharSequence || value instanceof Character || isWrittenByItself(value)) {
			return value.toString();
		}
		if (value instanceof Date date) {
			return ofDate(date);
		}
		if (value instanceof GregorianCalendar calendar) {
			return calendar.toZonedDateTime().toString();
		}
		if (value instanceof TimeZone zone) {
			return zone.getID();
		}
		if (value instanceof InetAddress address) {
			return address.getHostAddress();
		}
		return (value instanceof Class<?> type) ? type.getName() : null;
	}

	/**
	 * The text of the key of a map, under which it is sorted.
	 */
	static String ofKey(@Nullable Object key) {
		String text = null;
		if (key instanceof Enum<?> constant) {
			text = constant.name();
		}
		else if (key instanceof Number number) {
			text = CanonicalNumber.textOf(number);
		}
		else if (key instanceof Boolean) {
			text = key.toString();
		}
		else if (key != null) {
			text = of(key);
		}
		if (text == null) {
			throw new IllegalArgumentException("a map has a key that is not text, a number or a similar value: "
					+ ((key != null) ? key.getClass().getTypeName() : "null"));
		}
		return text;
	}

	private static boolean isWrittenByItself(Object value) {
		return value instanceof UUID || (isTemporal(value) && value.getClass().getPackageName().startsWith("java.time"))
				|| value instanceof URI || value instanceof URL || value instanceof Locale || value instanceof Currency
				|| value instanceof Charset || value instanceof Path || value instanceof File;
	}

	private static boolean isTemporal(Object value) {
		return value instanceof TemporalAccessor || value instanceof TemporalAmount || value instanceof ZoneId;
	}

	private static String ofDate(Date date) {
		// these two are no instants
		boolean local = date instanceof java.sql.Date || date instanceof Time;
		return local ? String.valueOf(date) : date.toInstant().toString();
	}

}
