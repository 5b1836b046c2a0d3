package io.idempotent.engine;

import java.lang.reflect.Constructor;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.idempotent.engine.FailureCodec.RecordedFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;

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
	 * @return an exception of its own type with its message, null if there is no such
	 * type or it cannot be made with this message
	 */
	static @Nullable Throwable rebuild(RecordedFailure failure, Set<Class<? extends Throwable>> listed) {
		Class<? extends Throwable> type = find(failure.type(), listed);
		if (type == null) {
			return null;
		}
		return SIGNATURES.stream()
			.map((signature) -> instantiate(type, signature, failure.message()))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	private static @Nullable Class<? extends Throwable> find(String name, Set<Class<? extends Throwable>> listed) {
		for (Class<? extends Throwable> candidate : listed) {
			if (candidate.getName().equals(name)) {
				return candidate;
			}
		}
		for (Class<? extends Throwable> candidate : listed) {
			try {
				// not initialised before it is known to be a listed type
				Class<?> type = Class.forName(name, false, candidate.getClassLoader());
				if (candidate.isAssignableFrom(type)) {
					return type.asSubclass(Throwable.class);
				}
			}
			catch (ClassNotFoundException | LinkageError ex) {
				// not this one
			}
		}
		return null;
	}

	private static @Nullable Throwable instantiate(Class<? extends Throwable> type, Class<?>[] signature,
			@Nullable String message) {
		try {
			Constructor<? extends Throwable> constructor = type.getDeclaredConstructor(signature);
			@Nullable Object[] arguments = Arrays.copyOf(new @Nullable Object[] { message, null }, signature.length);
			Throwable failure = BeanUtils.instantiateClass(constructor, arguments);
			return Objects.equals(failure.getMessage(), message) ? failure : null;
		}
		catch (NoSuchMethodException | RuntimeException ex) {
			return null;
		}
	}

}
