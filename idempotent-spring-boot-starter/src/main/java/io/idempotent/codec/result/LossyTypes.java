package io.idempotent.codec.result;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Calendar;
import java.util.Currency;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.regex.Pattern;

import javax.xml.datatype.XMLGregorianCalendar;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Types whose values Jackson writes and reads without complaint, and changes on the way.
 */
final class LossyTypes {

	private static final Map<Class<?>, String> REMEDIES = Map.ofEntries(
			Map.entry(Calendar.class, "loses its zone; use ZonedDateTime"),
			Map.entry(XMLGregorianCalendar.class, "loses which of its fields are set; use java.time"),
			Map.entry(TimeZone.class, "loses its rules; use ZoneId"),
			Map.entry(Pattern.class, "loses its flags; use its text"),
			Map.entry(File.class, "is another place on another machine; use its text"),
			Map.entry(Path.class, "is another place on another machine; use its text"),
			Map.entry(InetAddress.class, "loses its name or its address; use its text"),
			Map.entry(SocketAddress.class, "loses its name or its address; use its text"),
			Map.entry(Throwable.class,
					"loses its causes and its stack; throw it and list it in 'recordFailures', "
							+ "or use its message"),
			Map.entry(IdentityHashMap.class, "compares by identity; use LinkedHashMap"),
			Map.entry(WeakHashMap.class, "forgets its entries; use LinkedHashMap"));

	private static final Set<Class<?>> KEYS = Set.of(String.class, UUID.class, URI.class, Currency.class);

	private static final Set<String> PACKAGES_OF_KEYS = Set.of("java.time", "java.math");

	private LossyTypes() {
	}

	static @Nullable String why(Class<?> type) {
		return REMEDIES.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().isAssignableFrom(type))
			.map(Map.Entry::getValue)
			.findAny()
			.orElse(null);
	}

	/**
	 * Whether the text of a key makes the same key again. Of other classes Jackson writes
	 * {@code toString()} and hands it to any constructor that takes a text.
	 */
	static boolean isExactKey(Class<?> type) {
		return KEYS.contains(type) || ClassUtils.isPrimitiveOrWrapper(type) || type.isEnum()
				|| PACKAGES_OF_KEYS.contains(type.getPackageName());
	}

	/**
	 * The name that two fields of one object have, of which Jackson sees only one.
	 */
	static @Nullable String hiddenField(Class<?> type) {
		Set<String> names = new HashSet<>();
		for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
			for (Field field : declaring.getDeclaredFields()) {
				boolean state = !Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers());
				if (state && !names.add(field.getName())) {
					return field.getName();
				}
			}
		}
		return null;
	}

}
