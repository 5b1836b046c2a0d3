package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Timestamp;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.BaseStream;

import io.idempotent.engine.operation.KeyFormatter;
import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.expression.AccessException;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.MethodExecutor;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.support.ReflectiveMethodResolver;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.expression.spel.support.StandardTypeConverter;
import org.springframework.util.Assert;
import org.springframework.util.ObjectUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes expressions give the same text in every JVM: what the language, a formatter of
 * the application or a method of the JDK writes by the locale, the time zone, the order
 * of a hash table or the identity of an object is written as {@link KeyFormatter} does,
 * or refused.
 */
final class PortableText {

	private static final Set<String> ITERATING = Set.of("iterator", "spliterator", "stream", "parallelStream",
			"toArray");

	private static final Set<String> HASHES = Set.of("hash", "hashCode", "deepHashCode", "nullSafeHash",
			"nullSafeHashCode");

	/** What says where an object is, and nothing about it. */
	private static final Set<String> IDENTITIES = Set.of("identityHashCode", "toIdentityString", "identityToString",
			"getIdentityHexString");

	/** Methods of libraries that make a text of their arguments. */
	private static final Set<String> TEXTS = Set.of("toString", "deepToString", "nullSafeToString",
			"nullSafeConciseToString", "arrayToDelimitedString", "arrayToCommaDelimitedString",
			"collectionToDelimitedString", "collectionToCommaDelimitedString", "append", "insert", "add");

	private static final List<String> LIBRARIES = List.of("java.", "org.springframework.", "org.apache.commons.",
			"com.google.common.");

	/** Whose hash codes are made of their values, in every version of Java. */
	private static final Set<Class<?>> HASHED = Set.of(String.class, Boolean.class, Character.class, Byte.class,
			Short.class, Integer.class, Long.class, Float.class, Double.class, BigInteger.class, BigDecimal.class,
			UUID.class, URI.class, Date.class, Timestamp.class, OptionalInt.class, OptionalLong.class,
			OptionalDouble.class);

	/** Deeper than any value whose hash is a key. */
	private static final int MAX_DEPTH = 16;

	private static final List<Class<?>> CONTAINERS = List.of(Collection.class, Map.class, Iterator.class,
			BaseStream.class);

	private PortableText() {
	}

	static void configure(StandardEvaluationContext context, @Nullable ConversionService conversionService) {
		context.setTypeConverter(new Converter(
				(conversionService != null) ? conversionService : DefaultConversionService.getSharedInstance()));
		// the only one, and reflective: else the language does not remember what it found
		context.setMethodResolvers(List.of(new Methods()));
	}

	/**
	 * Whether a collection or array of a type has an order that is the same each time.
	 */
	static boolean isOrdered(Class<?> type) {
		return KeyFormatter.isOrdered(type) || SortedSet.class.isAssignableFrom(type);
	}

	private static String of(Object value) {
		String text = (value instanceof String same) ? same : KeyFormatter.ofSimple(value);
		if (text != null) {
			return text;
		}
		requireText(value.getClass());
		Assert.isTrue(KeyFormatter.hasOwnText(value.getClass()), () -> noText(value.getClass()));
		String own = value.toString();
		requireParts(value, own, 0);
		return own;
	}

	/**
	 * Requires that the text of an object does not contain that of a part of it which is
	 * another one each time. What a class of the application writes of its collections is
	 * its own matter: they may not be loaded.
	 */
	private static void requireParts(Object value, String text, int depth) {
		boolean written = value instanceof Record || value instanceof Optional<?> || depth > 0;
		for (Object part : ObjectParts.of(value)) {
			Class<?> type = part.getClass();
			boolean identity = !KeyFormatter.hasOwnText(type) && text.contains(type.getName() + "@");
			boolean local = (part instanceof Date || part instanceof Calendar) && text.contains(part.toString());
			Assert.isTrue(!identity && !local, () -> noText(type));
			boolean container = part instanceof Collection<?> || part instanceof Map<?, ?>;
			if (depth < MAX_DEPTH
					&& (part instanceof Record || part instanceof Optional<?> || (written && container))) {
				Assert.isTrue(
						!container || isOrdered(type) || part instanceof SortedMap<?, ?>
								|| ObjectParts.of(part).size() < 2 || !text.contains(part.toString()),
						() -> noText(type));
				requireParts(part, text, depth + 1);
			}
		}
	}

	private static void requireText(Class<?> type) {
		Assert.isTrue(!type.isArray() && CONTAINERS.stream().noneMatch((open) -> open.isAssignableFrom(type))
				&& !Date.class.isAssignableFrom(type), () -> noText(type));
	}

	private static String noText(Class<?> type) {
		return none(type, "");
	}

	private static String noHash(Class<?> type) {
		return none(type, ", and no hash code");
	}

	private static String none(Class<?> type, String more) {
		return "a %s has no text that is the same each time%s: refer to what identifies it, and to several values as {#a, #b}"
			.formatted(type.getTypeName(), more);
	}

	private static String format(Object format, @Nullable Object... values) {
		return String.format(Locale.ROOT, format.toString(),
				Arrays.stream(values).map(PortableText::argument).toArray());
	}

	/**
	 * What {@code %s} writes as it should, or as something that it does.
	 */
	private static @Nullable Object argument(@Nullable Object value) {
		if (value == null || value instanceof Number || value instanceof TemporalAccessor || value instanceof Boolean
				|| value instanceof Character) {
			return value;
		}
		return of(value);
	}

	private static void requireOrder(@Nullable Object value) {
		if (value instanceof Iterable<?> && !isOrdered(value.getClass())) {
			throw new IllegalArgumentException(
					"the elements of a " + value.getClass().getName() + " may come in another order each time");
		}
	}

	/**
	 * Requires that methods of a library find nothing in their arguments whose text is
	 * another one each time.
	 */
	private static void requireTexts(@Nullable Object argument, boolean deep) {
		if (argument instanceof Object[] || argument instanceof Iterable<?>) {
			requireOrder(argument);
			for (Object element : (argument instanceof Object[] array) ? Arrays.asList(array)
					: (Iterable<?>) argument) {
				Assert.isTrue(deep || element == null || !element.getClass().isArray(),
						() -> noText(Objects.requireNonNull(element).getClass()));
				requireTexts(element, deep);
			}
		}
		else if (argument != null && !argument.getClass().isArray() && argument(argument) != argument) {
			Assert.isTrue(argument.toString().equals(of(argument)), () -> noText(argument.getClass()));
		}
	}

	/**
	 * Whether a type says by itself that no hash code of its values is the same in every
	 * JVM.
	 */
	static boolean hasNoHash(Class<?> type) {
		Method method = ReflectionUtils.findMethod(type, "hashCode");
		return Enum.class.isAssignableFrom(type) || type == Class.class || type.isArray()
				|| (Modifier.isFinal(type.getModifiers()) && method != null
						&& method.getDeclaringClass() == Object.class);
	}

	/**
	 * Requires that the hash code of a value is the same in every JVM. That of an enum
	 * constant or a class is not, nor that of what contains one.
	 */
	private static void requireHash(@Nullable Object value) {
		requireHash(value, 0, Collections.newSetFromMap(new IdentityHashMap<>()));
	}

	private static void requireHash(@Nullable Object value, int depth, Set<Object> seen) {
		if (value == null || HASHED.contains(value.getClass()) || !seen.add(value)) {
			return;
		}
		Class<?> type = value.getClass();
		Assert.isTrue(depth < MAX_DEPTH && hasHash(value, type), () -> noHash(type));
		// which of its fields count is not known
		ObjectParts.of(value).forEach((part) -> requireHash(part, depth + 1, seen));
	}

	/**
	 * Whether a hash code is made of those of the parts, as it is said of containers.
	 */
	private static boolean hasHash(Object value, Class<?> type) {
		if (value instanceof Enum<?> || value instanceof Class<?>) {
			return false;
		}
		int hash = value.hashCode();
		if (value instanceof List<?> list) {
			return hash == new ArrayList<>(list).hashCode();
		}
		if (value instanceof Set<?> set) {
			return hash == set.stream().mapToInt(Objects::hashCode).sum();
		}
		if (value instanceof Map<?, ?> map) {
			return hash == map.entrySet().stream().mapToInt(PortableText::hashOf).sum();
		}
		if (value instanceof Map.Entry<?, ?> entry) {
			return hash == hashOf(entry);
		}
		return hash != System.identityHashCode(value) && !(value instanceof Collection<?>)
				&& (value instanceof Optional<?> || type.getPackageName().equals("java.time")
						|| !ObjectParts.isOfJdk(type));
	}

	private static int hashOf(Map.Entry<?, ?> entry) {
		return Objects.hashCode(entry.getKey()) ^ Objects.hashCode(entry.getValue());
	}

	/**
	 * The hash code of an array is its identity, but not where a library looks into it.
	 */
	private static @Nullable Object elementsOf(@Nullable Object argument, boolean deep) {
		if (argument == null || !argument.getClass().isArray()) {
			return argument;
		}
		return !(argument instanceof Object[] array) ? null
				: Arrays.stream(array).map((element) -> deep ? elementsOf(element, true) : element).toList();
	}

	private static final class Converter extends StandardTypeConverter {

		Converter(ConversionService conversionService) {
			super(conversionService);
		}

		@Override
		public boolean canConvert(@Nullable TypeDescriptor source, TypeDescriptor target) {
			return target.getType() == String.class || super.canConvert(source, target);
		}

		@Override
		public @Nullable Object convertValue(@Nullable Object value, @Nullable TypeDescriptor source,
				TypeDescriptor target) {
			if (value == null || value instanceof String || target.getType() != String.class) {
				return super.convertValue(value, source, target);
			}
			String text = KeyFormatter.ofSimple(value);
			if (text == null && super.canConvert(source, target)) {
				requireText(value.getClass());
				Object converted = super.convertValue(value, source, target);
				return value.toString().equals(converted) ? of(value) : converted;
			}
			return (text != null) ? text : of(value);
		}

	}

	private static final class Methods extends ReflectiveMethodResolver {

		@Override
		public @Nullable MethodExecutor resolve(EvaluationContext context, Object target, String name,
				List<TypeDescriptor> argumentTypes) throws AccessException {
			MethodExecutor found = super.resolve(context, target, name, argumentTypes);
			return (found != null) ? portable(found, target, name, argumentTypes) : null;
		}

		private MethodExecutor portable(MethodExecutor found, Object target, String name,
				List<TypeDescriptor> argumentTypes) {
			if (target == String.class) {
				return ofString(found, name);
			}
			if (IDENTITIES.contains(name)) {
				return (context, owner, arguments) -> {
					throw new IllegalArgumentException(name
							+ " says where an object is, which is elsewhere in each JVM: refer to what identifies it");
				};
			}
			if (target instanceof Class<?> && HASHES.contains(name) && isOfLibrary(target, argumentTypes)) {
				boolean looksInto = target == Arrays.class || target == ObjectUtils.class;
				return (context, type, arguments) -> {
					if (arguments.length == 0 && name.equals("hashCode")) {
						requireHash(type);
					}
					Arrays.stream(arguments)
						.forEach((argument) -> requireHash(
								looksInto ? elementsOf(argument, !name.equals("hashCode")) : argument));
					return found.execute(context, type, arguments);
				};
			}
			if (target instanceof String && name.equals("formatted")) {
				return (context, text, values) -> new TypedValue(format(text, values));
			}
			if (TEXTS.contains(name) && !argumentTypes.isEmpty() && isOfLibrary(target, argumentTypes)) {
				return (context, owner, arguments) -> {
					boolean deep = !name.equals("toString") || owner != Arrays.class;
					Arrays.stream(arguments).forEach((argument) -> requireTexts(argument, deep));
					return found.execute(context, owner, arguments);
				};
			}
			if (target instanceof Class<?> || !argumentTypes.isEmpty()) {
				return found;
			}
			if (ITERATING.contains(name)) {
				return (context, elements, none) -> {
					requireOrder(elements);
					return found.execute(context, elements, none);
				};
			}
			return switch (name) {
				case "toString" -> (context, value, none) -> new TypedValue(of(value));
				case "toLowerCase" -> ofText(found, target, (text) -> text.toLowerCase(Locale.ROOT));
				case "toUpperCase" -> ofText(found, target, (text) -> text.toUpperCase(Locale.ROOT));
				case "hashCode" -> (context, value, none) -> {
					requireHash(value);
					return found.execute(context, value, none);
				};
				default -> found;
			};
		}

		/** Without arguments it is a method of the class itself. */
		private static boolean isOfLibrary(Object target, List<TypeDescriptor> argumentTypes) {
			return (target instanceof Class<?> type)
					? argumentTypes.isEmpty() || LIBRARIES.stream().anyMatch(type.getName()::startsWith)
					: target instanceof Appendable || target instanceof StringJoiner;
		}

		private static MethodExecutor ofText(MethodExecutor found, Object target, UnaryOperator<String> method) {
			return (target instanceof String) ? (context, text, none) -> new TypedValue(method.apply((String) text))
					: found;
		}

		private static MethodExecutor ofString(MethodExecutor found, String name) {
			if (name.equals("format")) {
				return (context, type, arguments) -> (arguments[0] instanceof String text)
						? new TypedValue(format(text, Arrays.copyOfRange(arguments, 1, arguments.length)))
						: found.execute(context, type, arguments);
			}
			if (name.equals("valueOf")) {
				return (context, type, arguments) -> (arguments[0] == null || arguments[0] instanceof char[])
						? found.execute(context, type, arguments) : new TypedValue(of(arguments[0]));
			}
			return (context, type, arguments) -> {
				Arrays.stream(arguments).forEach(PortableText::requireOrder);
				return found.execute(context, type, arguments);
			};
		}

	}

}
