package io.idempotent.interceptor;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Says what an object consists of: of which its text and its hash code may be made.
 */
final class ObjectParts {

	private static final ClassValue<List<Field>> FIELDS = new ClassValue<>() {

		@Override
		protected List<Field> computeValue(Class<?> type) {
			List<Field> fields = new ArrayList<>();
			ReflectionUtils.doWithFields(type, fields::add, (field) -> !Modifier.isStatic(field.getModifiers())
					&& !field.isSynthetic() && !field.getType().isPrimitive() && field.getType() != String.class);
			fields.forEach(ReflectionUtils::makeAccessible);
			return List.copyOf(fields);
		}

	};

	private ObjectParts() {
	}

	/**
	 * Returns the elements of a container, or the values of the fields of an object.
	 */
	static List<Object> of(Object value) {
		Stream<? extends @Nullable Object> parts;
		if (value instanceof Optional<?> optional) {
			parts = optional.stream();
		}
		else if (value instanceof Collection<?> elements) {
			parts = elements.stream();
		}
		else if (value instanceof Map<?, ?> map) {
			parts = Stream.concat(map.keySet().stream(), map.values().stream());
		}
		else if (value instanceof Map.Entry<?, ?> entry) {
			parts = Stream.of(entry.getKey(), entry.getValue());
		}
		else if (value instanceof Object[] array) {
			parts = Arrays.stream(array);
		}
		else {
			parts = isOfJdk(value.getClass()) ? Stream.empty()
					: FIELDS.get(value.getClass()).stream().map((field) -> ReflectionUtils.getField(field, value));
		}
		return parts.filter((Predicate<@Nullable Object>) Objects::nonNull).<Object>map((part) -> part).toList();
	}

	/**
	 * Whether a class is one of the JDK, whose fields are not to be looked at.
	 */
	static boolean isOfJdk(Class<?> type) {
		return type.getName().startsWith("java.") || type.getClassLoader() == null
				|| type.getClassLoader() == ClassLoader.getPlatformClassLoader();
	}

}
