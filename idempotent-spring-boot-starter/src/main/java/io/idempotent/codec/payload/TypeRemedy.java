package io.idempotent.codec.payload;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.idempotent.engine.operation.UnsupportedTypeException;
import tools.jackson.databind.JavaType;

/**
 * Says what to write for a type that is refused, depending on whose it is: a class of
 * somebody else's library cannot be annotated.
 */
public final class TypeRemedy {

	/** Of a record that is suggested. */
	private static final int MAX_COMPONENTS = 6;

	private static final List<String> LIBRARIES = List.of("java.", "javax.", "jakarta.", "org.springframework.",
			"kotlin.", "org.hibernate.", "org.apache.", "com.google.");

	private TypeRemedy() {
	}

	/**
	 * Refuses a type for which another one can be declared.
	 * @param why what is wrong and, after a semicolon, what to declare
	 */
	public static UnsupportedTypeException declareAnother(String type, String why) {
		int end = why.indexOf("; ");
		return new UnsupportedTypeException(type + " " + why.substring(0, end), why.substring(end + 2), null);
	}

	/**
	 * Refuses a type that would be right with a change of its class.
	 */
	public static UnsupportedTypeException changeClass(JavaType type, String problem, String change) {
		return new UnsupportedTypeException(type.toCanonical() + " " + problem, of(type, change), null);
	}

	/**
	 * The change of the class, if it may be one of the application, and what else can be
	 * done.
	 */
	public static String of(JavaType type, String change) {
		Class<?> raw = type.getRawClass();
		String instead = "return a record of your own with what callers need of %s%s, or declare a ResultCodec bean that stores it"
			.formatted(raw.getSimpleName(), example(type));
		return LIBRARIES.stream().anyMatch(raw.getName()::startsWith) ? instead
				: "%s. If it is not yours to change, because it is generated or of a library, %s".formatted(change,
						instead);
	}

	private static String example(JavaType type) {
		Class<?> raw = type.getRawClass();
		if (Iterable.class.isAssignableFrom(raw) && type.containedTypeCount() == 1) {
			String content = type.containedType(0).getRawClass().getSimpleName();
			return ", such as record %s%s(List<%s> content, long total)".formatted(content, raw.getSimpleName(),
					content);
		}
		List<Field> fields = Stream
			.<Class<?>>iterate(raw, (owner) -> owner != null && owner != Object.class, Class::getSuperclass)
			.flatMap((owner) -> Stream.of(owner.getDeclaredFields()))
			.filter((field) -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
			.toList();
		if (fields.isEmpty() || fields.size() > MAX_COMPONENTS) {
			return "";
		}
		return ", such as record %sResult(%s)".formatted(raw.getSimpleName(),
				fields.stream()
					.map((field) -> field.getType().getSimpleName() + " " + field.getName())
					.collect(Collectors.joining(", ")));
	}

}
