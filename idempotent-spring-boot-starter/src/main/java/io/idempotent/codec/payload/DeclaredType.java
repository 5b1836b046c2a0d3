package io.idempotent.codec.payload;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.InputStreamSource;

/**
 * What can be said about a value from its declared type alone, at any depth of its
 * generics.
 */
public final class DeclaredType {

	private static final List<Class<?>> LIVE = List.of(BaseStream.class, Iterator.class, Spliterator.class,
			Enumeration.class, InputStream.class, OutputStream.class, Reader.class, Writer.class,
			InputStreamSource.class, Thread.class, ClassLoader.class);

	private static final List<Class<?>> PENDING = List.of(CompletionStage.class, Future.class, Flow.Publisher.class);

	/** Asked for by name, because these libraries may be absent. */
	private static final Set<String> LIVE_NAMES = Set.of("jakarta.servlet.http.Part",
			"org.springframework.http.codec.multipart.Part");

	private static final Set<String> PENDING_NAMES = Set.of("org.reactivestreams.Publisher",
			"kotlin.coroutines.Continuation");

	private DeclaredType() {
	}

	/**
	 * Refuses what is used up by looking at it, or is behaviour instead of state.
	 */
	public static void refuseLive(Type type) {
		Class<?> erased = erase(type);
		String why = (erased != null) ? whyLive(erased) : null;
		if (why != null) {
			throw TypeRemedy.declareAnother(type.getTypeName(), why);
		}
		parts(type).forEach(DeclaredType::refuseLive);
	}

	/**
	 * Refuses what leaves open which class a value has.
	 */
	public static void refuseOpen(Type type) {
		if (type instanceof TypeVariable<?>) {
			throw TypeRemedy.declareAnother(type.toString(),
					"is a type variable that nothing resolves; declare a concrete type");
		}
		if (erase(type) == Object.class) {
			throw TypeRemedy.declareAnother(type.toString(),
					"does not say which class a value has; declare the type that it really is");
		}
		parts(type).forEach(DeclaredType::refuseOpen);
	}

	public static @Nullable String whyLive(Class<?> type) {
		if (isAnyOf(PENDING, type) || hasSupertypeNamed(PENDING_NAMES, type)) {
			return "is finished later than it is returned; only the return type itself can be a CompletableFuture, CompletionStage, Mono or Flux";
		}
		if (isAnyOf(LIVE, type) || hasSupertypeNamed(LIVE_NAMES, type)) {
			return "can be read only once or lives in one process; use a collection or an array of its content";
		}
		if (Iterable.class == type) {
			return "does not say that it can be read twice; use a collection";
		}
		if (type.isAnnotationPresent(FunctionalInterface.class) || type.isHidden() || type.isSynthetic()) {
			return "is code, not a value; use the value that it works on";
		}
		return null;
	}

	private static boolean isAnyOf(Collection<Class<?>> supertypes, Class<?> type) {
		return supertypes.stream().anyMatch((supertype) -> supertype.isAssignableFrom(type));
	}

	static boolean hasSupertypeNamed(Set<String> names, @Nullable Class<?> type) {
		return type != null && (names.contains(type.getName()) || hasSupertypeNamed(names, type.getSuperclass())
				|| Stream.of(type.getInterfaces()).anyMatch((supertype) -> hasSupertypeNamed(names, supertype)));
	}

	private static @Nullable Class<?> erase(Type type) {
		if (type instanceof ParameterizedType parameterized) {
			return (Class<?>) parameterized.getRawType();
		}
		if (type instanceof WildcardType wildcard) {
			return erase(wildcard.getUpperBounds()[0]);
		}
		return (type instanceof Class<?> erased) ? erased : null;
	}

	private static List<Type> parts(Type type) {
		if (type instanceof ParameterizedType parameterized) {
			return List.of(parameterized.getActualTypeArguments());
		}
		if (type instanceof WildcardType wildcard) {
			return List.of(wildcard.getUpperBounds());
		}
		if (type instanceof GenericArrayType array) {
			return List.of(array.getGenericComponentType());
		}
		if (type instanceof Class<?> erased && erased.isArray()) {
			return List.of(erased.getComponentType());
		}
		return List.of();
	}

}
