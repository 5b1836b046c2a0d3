package io.idempotent.engine.outcome;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import io.idempotent.engine.outcome.FailureCodec.RecordedFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes an exception of a recorded failure: only of a type that is, or extends, one that
 * the operation lists, so that nothing in the store can choose a class freely.
 */
final class FailureRebuilder {

	private static final List<Class<?>[]> SIGNATURES = List.of(new Class<?>[] { String.class },
			new Class<?>[] { String.class, Throwable.class }, new Class<?>[0]);

	private FailureRebuilder() {
	}

	/**
	 * Rebuilds the failure.
	 * @return a new exception of its own type with its message, and with the text of its
	 * cause if that type can have a cause; null if there is no such type or it cannot be
	 * made with this message
	 */
	static @Nullable Throwable rebuild(RecordedFailure failure, Set<Class<? extends Throwable>> listed) {
		Class<? extends Throwable> type = find(failure.type(), listed);
		if (type == null) {
			return null;
		}
		return SIGNATURES.stream()
			.map((signature) -> instantiate(type, signature, failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Finds the fields of the application that have no value, or zero, in the rebuilt
	 * failure, and had one in the original.
	 */
	static List<String> lostFields(Throwable original, Throwable rebuilt) {
		List<String> lost = new ArrayList<>();
		ReflectionUtils.doWithFields(original.getClass(), (field) -> {
			ReflectionUtils.makeAccessible(field);
			Object empty = Array.get(Array.newInstance(field.getType(), 1), 0);
			if (!Objects.equals(field.get(original), empty) && Objects.equals(field.get(rebuilt), empty)) {
				lost.add(field.getName());
			}
		}, (field) -> !Modifier.isStatic(field.getModifiers()) && !isJdk(field.getDeclaringClass().getClassLoader()));
		return lost;
	}

	private static boolean isJdk(@Nullable ClassLoader loader) {
		return loader == null || loader == ClassLoader.getPlatformClassLoader();
	}

	private static @Nullable Class<? extends Throwable> find(String name, Set<Class<? extends Throwable>> listed) {
		for (Class<? extends Throwable> candidate : listed) {
			if (candidate.getName().equals(name)) {
				return candidate;
			}
		}
		for (Class<? extends Throwable> candidate : listed) {
			// that of a listed JDK type knows no class of the application
			Class<?> type = Stream
				.of(candidate.getClassLoader(), ClassUtils.getDefaultClassLoader(),
						FailureRebuilder.class.getClassLoader())
				.map((loader) -> load(name, loader))
				.filter((loaded) -> loaded != null && candidate.isAssignableFrom(loaded))
				.findFirst()
				.orElse(null);
			if (type != null) {
				return type.asSubclass(Throwable.class);
			}
		}
		return null;
	}

	private static @Nullable Class<?> load(String name, @Nullable ClassLoader loader) {
		try {
			// not initialised before it is known to be a listed type
			return Class.forName(name, false, loader);
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return null;
		}
	}

	private static @Nullable Throwable instantiate(Class<? extends Throwable> type, Class<?>[] signature,
			RecordedFailure recorded) {
		try {
			Constructor<? extends Throwable> constructor = type.getDeclaredConstructor(signature);
			RecordedCause cause = (recorded.cause() != null) ? new RecordedCause(recorded.cause()) : null;
			@Nullable Object[] arguments = Arrays.copyOf(new @Nullable Object[] { recorded.message(), cause }, signature.length);
			Throwable failure = BeanUtils.instantiateClass(constructor, arguments);
			if (cause != null && failure.getCause() != cause) {
				initCause(failure, cause);
			}
			return Objects.equals(failure.getMessage(), recorded.message()) ? failure : null;
		}
		catch (Throwable ex) {
			// whatever the code of that type does: it cannot be made
			return null;
		}
	}

	private static void initCause(Throwable failure, RecordedCause cause) {
		try {
			failure.initCause(cause);
		}
		catch (IllegalStateException ex) {
			// its constructor has decided that there is none
		}
	}

}
