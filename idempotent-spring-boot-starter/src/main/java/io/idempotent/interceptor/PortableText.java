package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.UnaryOperator;
import java.util.stream.BaseStream;

import io.idempotent.engine.KeyText;
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
import org.springframework.util.ReflectionUtils;

/**
 * Makes expressions give the same text in every JVM: what the language, a formatter of
 * the application or a method of the JDK writes by the locale, the time zone, the order
 * of a hash table or the identity of an object is written as {@link KeyText} does, or
 * refused.
 */
final class PortableText {

	private static final Set<String> ITERATING = Set.of("iterator", "spliterator", "stream", "parallelStream",
			"toArray");

	private static final Set<String> HASHES = Set.of("hash", "hashCode", "deepHashCode");

	/** Deeper than any value whose hash is a key. */
	private static final int MAX_DEPTH = 16;

	private static final Set<Class<?>> IDENTITY = Set.of(Object.class, Enum.class);

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
		return KeyText.isOrdered(type) || SortedSet.class.isAssignableFrom(type);
	}

	private static String of(Object value) {
		String text = (value instanceof String same) ? same : KeyText.ofSimple(value);
		if (text != null) {
			return text;
		}
		requireText(value.getClass());
		Assert.isTrue(KeyText.hasOwnText(value.getClass()), () -> noText(value.getClass()));
		return value.toString();
	}

	private static void requireText(Class<?> type) {
		Assert.isTrue(!type.isArray() && CONTAINERS.stream().noneMatch((open) -> open.isAssignableFrom(type))
				&& !java.util.Date.class.isAssignableFrom(type), () -> noText(type));
	}

	private static String noText(Class<?> type) {
		return "a " + type.getTypeName()
				+ " has no text that is the same each time: refer to what identifies it, and to several values as {#a, #b}";
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
	 * Requires that the hash code of a value is the same in every JVM. That of an enum
	 * constant or a class is not, nor that of what contains one.
	 */
	private static void requireHash(@Nullable Object value, int depth) {
		if (value == null) {
			return;
		}
		Class<?> type = value.getClass();
		Assert.isTrue(depth < MAX_DEPTH && !(value instanceof Enum<?>) && !(value instanceof Class<?>),
				() -> noText(type));
		if (KeyText.ofSimple(value) != null) {
			return;
		}
		Method method = ReflectionUtils.findMethod(type, "hashCode");
		Assert.isTrue(method != null && !IDENTITY.contains(method.getDeclaringClass()), () -> noText(type));
		if (value instanceof Optional<?> optional) {
			requireHash(optional.orElse(null), depth + 1);
		}
		else if (value instanceof Collection<?> elements) {
			elements.forEach((element) -> requireHash(element, depth + 1));
		}
		else if (value instanceof Map<?, ?> map) {
			requireHash(map.keySet(), depth + 1);
			requireHash(map.values(), depth + 1);
		}
		else {
			requireHashOfFields(value, depth);
		}
	}

	/**
	 * The hash code of an array is its identity, but not where the JDK looks into it.
	 */
	private static @Nullable Object elementsOf(@Nullable Object argument, Object type) {
		if (type != Arrays.class || argument == null || !argument.getClass().isArray()) {
			return argument;
		}
		return argument.getClass().getComponentType().isPrimitive() ? null : Arrays.asList((Object[]) argument);
	}

	/**
	 * Of a record all components count; of another class it is not known which fields do.
	 */
	private static void requireHashOfFields(Object value, int depth) {
		if (value instanceof Record) {
			for (RecordComponent component : value.getClass().getRecordComponents()) {
				Method accessor = component.getAccessor();
				ReflectionUtils.makeAccessible(accessor);
				requireHash(ReflectionUtils.invokeMethod(accessor, value), depth + 1);
			}
			return;
		}
		ReflectionUtils.doWithFields(value.getClass(), (field) -> {
			Class<?> type = field.getType();
			Assert.isTrue(!type.isEnum() && type != Class.class, () -> noText(type));
		}, (field) -> !Modifier.isStatic(field.getModifiers()));
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
			String text = KeyText.ofSimple(value);
			if (text == null && super.canConvert(source, target)) {
				requireText(value.getClass());
				return super.convertValue(value, source, target);
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
			if (target instanceof Class<?> && HASHES.contains(name)) {
				return (context, type, arguments) -> {
					Arrays.stream(arguments).forEach((argument) -> requireHash(elementsOf(argument, type), 0));
					return found.execute(context, type, arguments);
				};
			}
			if (target instanceof String && name.equals("formatted")) {
				return (context, text, values) -> new TypedValue(format(text, values));
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
					requireHash(value, 0);
					return found.execute(context, value, none);
				};
				default -> found;
			};
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
