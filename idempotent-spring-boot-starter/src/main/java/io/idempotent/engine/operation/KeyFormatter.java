package io.idempotent.engine.operation;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.URI;
import java.sql.Time;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.BaseStream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.Assert;
import org.springframework.util.ReflectionUtils;

/**
 * Turns keys and scopes into text: one for equal values, whatever order, locale, time
 * zone or version of Java a JVM has, and another for values that differ.
 * <p>
 * Simple values are written as they are, numbers by value, dates as instants. Of a list,
 * an array or a set each part is written as its length, {@code :} and its text, so that
 * <code>{"a", "b:c"}</code> is not <code>{"a:b", "c"}</code>. Where a part has parts of
 * its own, {@code [} stands for the colon, or {@code <} if it is a set, whose parts are
 * sorted; a key that is a set starts with {@code <}.
 */
public final class KeyFormatter {

	private static final List<Class<?>> SIMPLE = List.of(CharSequence.class, Number.class, Boolean.class,
			Character.class, Enum.class, UUID.class, URI.class, Locale.class, Currency.class, Class.class, Date.class,
			Calendar.class, TimeZone.class, InetAddress.class);

	private static final List<Class<?>> TIMES = List.of(TemporalAccessor.class, TemporalAmount.class, ZoneId.class);

	private static final List<Class<?>> ORDERED = List.of(List.class, Deque.class, Set.class);

	/** Interfaces of which no value has a text. */
	private static final List<Class<?>> OPEN = List.of(Map.class, Iterator.class, BaseStream.class);

	/** More than any key may have: collections without an end are not waited for. */
	private static final int MAX_LENGTH = 4096;

	private static final int MAX_DEPTH = 16;

	private static final int MAX_BITS = 4 * MAX_LENGTH;

	/** Zeros that are written rather than counted. */
	private static final int MAX_ZEROS = 256;

	private KeyFormatter() {
	}

	/**
	 * Turns a key into text.
	 * @return the text, null if the key or a part of it is null, empty or blank
	 * @throws IllegalArgumentException if a value has no text that identifies it
	 */
	public static @Nullable String of(@Nullable Object key) {
		if (key instanceof String text) {
			return text.isBlank() ? null : text;
		}
		try {
			Object value = contentOf(key);
			String text = textOf(value, 0);
			return (text != null && value instanceof Set<?>) ? '<' + text : text;
		}
		catch (IllegalArgumentException ex) {
			throw ex;
		}
		// of collections that read their elements late, of numbers of the application
		catch (RuntimeException ex) {
			throw new IllegalArgumentException("the key cannot be read: " + ex, ex);
		}
	}

	/**
	 * Turns a value without parts into text.
	 * @param value the value
	 * @return the text, null if values of its class have none that is the same everywhere
	 */
	public static @Nullable String ofSimple(Object value) {
		if (value instanceof Number number) {
			return ofNumber(number);
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (!isSimple(value.getClass())) {
			return null;
		}
		if (value instanceof CharSequence text) {
			// not its toString(), which need not be its characters
			return new StringBuilder().append(text, 0, text.length()).toString();
		}
		if (value instanceof Date date) {
			return date.toInstant().toString();
		}
		if (value instanceof Calendar calendar) {
			return calendar.toInstant().toString();
		}
		if (value instanceof TimeZone zone) {
			return zone.getID();
		}
		if (value instanceof InetAddress address) {
			return address.getHostAddress();
		}
		if (value instanceof Class<?> type) {
			// what is made up at run time has another name in each JVM
			return (type.isHidden() || Proxy.isProxyClass(type)) ? null : type.getName();
		}
		return value.toString();
	}

	/**
	 * Refuses a type of which no value can be a key.
	 * @param type the declared type
	 * @throws IllegalArgumentException with a sentence that names the type and the remedy
	 */
	public static void validate(ResolvableType type) {
		validate(type, 0);
	}

	private static void validate(ResolvableType type, int depth) {
		Class<?> raw = type.resolve(Object.class);
		if (depth == MAX_DEPTH) {
			return;
		}
		if (raw.isArray()) {
			validate(type.getComponentType(), depth + 1);
		}
		else if (raw == Optional.class) {
			validate(type.getGeneric(), depth + 1);
		}
		else if (Collection.class.isAssignableFrom(raw)) {
			if (!Modifier.isAbstract(raw.getModifiers()) && !isAnyOf(ORDERED, raw)) {
				throw unordered(raw);
			}
			validate(type.as(Collection.class).getGeneric(), depth + 1);
		}
		else {
			validateSimple(raw);
		}
	}

	/**
	 * Refuses a type of which no value is simple.
	 * @param type the declared type
	 * @throws IllegalArgumentException with a sentence that names the type and the remedy
	 */
	public static void validateSimple(Class<?> type) {
		boolean possible = type.isPrimitive() || isSimple(type) || SIMPLE.stream().anyMatch(type::isAssignableFrom)
				|| (type.isInterface() && !isAnyOf(OPEN, type));
		if (!possible) {
			throw refused(type);
		}
	}

	/**
	 * Whether a collection or array of a type has its elements in an order that is part
	 * of its value.
	 * @param type the type
	 * @return false for sets, maps, and what may be one
	 */
	public static boolean isOrdered(Class<?> type) {
		return type.isArray() || List.class.isAssignableFrom(type) || Deque.class.isAssignableFrom(type);
	}

	private static @Nullable Object contentOf(@Nullable Object value) {
		Object content = value;
		while (content instanceof Optional<?> optional) {
			content = optional.orElse(null);
		}
		return content;
	}

	private static @Nullable String textOf(@Nullable Object value, int depth) {
		if (value == null) {
			return null;
		}
		if (value instanceof Collection<?> collection) {
			if (!isAnyOf(ORDERED, collection.getClass())) {
				throw unordered(collection.getClass());
			}
			return ofParts(collection, collection instanceof Set<?>, depth);
		}
		if (value.getClass().isArray()) {
			int length = Array.getLength(value);
			requireShort(length);
			List<@Nullable Object> parts = new ArrayList<>(length);
			for (int i = 0; i < length; i++) {
				parts.add(Array.get(value, i));
			}
			return ofParts(parts, false, depth);
		}
		String text = ofSimple(value);
		if (text == null) {
			throw refused(value.getClass());
		}
		return text.isBlank() ? null : text;
	}

	private static @Nullable String ofParts(Collection<?> parts, boolean sorted, int depth) {
		Assert.isTrue(depth < MAX_DEPTH, "the key is nested too deeply: name what identifies the operation");
		List<String> texts = new ArrayList<>();
		int length = 0;
		for (Object part : parts) {
			Object value = contentOf(part);
			String text = textOf(value, depth + 1);
			if (text == null) {
				return null;
			}
			texts.add(text.length() + markOf(value) + text);
			length += text.length() + 2;
			requireShort(length);
		}
		if (sorted) {
			Collections.sort(texts);
		}
		return texts.isEmpty() ? null : String.join("", texts);
	}

	private static String markOf(@Nullable Object value) {
		if (value instanceof Set<?>) {
			return "<";
		}
		return (value instanceof Collection<?> || (value != null && value.getClass().isArray())) ? "[" : ":";
	}

	private static void requireShort(int length) {
		Assert.isTrue(length <= MAX_LENGTH,
				() -> "the key has more than " + MAX_LENGTH + " characters: name what identifies the operation");
	}

	private static @Nullable String ofNumber(Number number) {
		if (number instanceof Long || number instanceof Integer) {
			return number.toString();
		}
		if (number instanceof BigDecimal decimal) {
			return ofDecimal(decimal);
		}
		if (number instanceof Double || number instanceof Float) {
			double value = number.doubleValue();
			return Double.isFinite(value) ? ofDecimal(shortest(number)) : Double.toString(value);
		}
		if (number instanceof BigInteger integer) {
			requireShort(integer);
		}
		return hasOwnText(number.getClass()) ? number.toString() : null;
	}

	/**
	 * The decimal that names a floating point number with the fewest digits: its own text
	 * differs between versions of Java.
	 */
	private static BigDecimal shortest(Number number) {
		BigDecimal exact = new BigDecimal(number.doubleValue());
		int digits = 1;
		BigDecimal rounded = exact.round(new MathContext(digits));
		while ((number instanceof Float) ? rounded.floatValue() != number.floatValue()
				: rounded.doubleValue() != number.doubleValue()) {
			digits++;
			rounded = exact.round(new MathContext(digits));
		}
		return rounded;
	}

	private static String ofDecimal(BigDecimal decimal) {
		requireShort(decimal.unscaledValue());
		BigDecimal stripped = decimal.stripTrailingZeros();
		boolean plain = stripped.scale() >= -MAX_ZEROS && stripped.scale() <= MAX_ZEROS;
		return plain ? stripped.toPlainString() : stripped.toString();
	}

	private static void requireShort(BigInteger integer) {
		requireShort(integer.bitLength() <= MAX_BITS ? 0 : MAX_LENGTH + 1);
	}

	/**
	 * Whether a class says what the text of its objects is: that of others is another one
	 * for each object.
	 * @param type the class
	 * @return whether it or a superclass has a method {@code toString()}
	 */
	public static boolean hasOwnText(Class<?> type) {
		Method method = ReflectionUtils.findMethod(type, "toString");
		return method != null && method.getDeclaringClass() != Object.class;
	}

	private static boolean isSimple(Class<?> type) {
		// these depend on the time zone of the JVM
		if (java.sql.Date.class.isAssignableFrom(type) || Time.class.isAssignableFrom(type)) {
			return false;
		}
		return isAnyOf(SIMPLE, type) || (type.getPackageName().equals("java.time") && isAnyOf(TIMES, type));
	}

	private static boolean isAnyOf(List<Class<?>> supertypes, Class<?> type) {
		for (Class<?> supertype : supertypes) {
			if (supertype.isAssignableFrom(type)) {
				return true;
			}
		}
		return false;
	}

	private static IllegalArgumentException unordered(Class<?> type) {
		return new IllegalArgumentException("a " + type.getName()
				+ " is no key: its elements may come in another order each time, so use a set, or a list if the order counts");
	}

	private static IllegalArgumentException refused(Class<?> type) {
		String remedy = Date.class.isAssignableFrom(type)
				? "its day or time is another one in another time zone, so use a java.time.LocalDate, LocalTime or Instant"
				: "use a text, a number or the like, such as '#order.id' instead of '#order'";
		return new IllegalArgumentException("a " + type.getTypeName() + " is no key: " + remedy);
	}

}
