package io.idempotent.codec.payload;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeFactory;

import org.springframework.aop.SpringProxy;
import org.springframework.util.ClassUtils;

/**
 * What the canonical form of an object consists of: all its fields, whatever annotations
 * say, and the name of its class if another one was declared.
 *
 * @param className the name without the package, null if the class is the declared one
 * @param members the fields, sorted by name
 */
public record ObjectShape(@Nullable String className, List<Member> members) {

	/** Known by name, because the library may be absent. */
	private static final Set<String> SELF_CHANGING = Set.of("com.google.protobuf.MessageLite");

	public static ObjectShape of(JavaType declared, Class<?> actual, TypeFactory types) {
		String why = whyOpaque(actual);
		if (why != null) {
			throw new IllegalArgumentException(actual.getTypeName() + " " + why);
		}
		JavaType type = declared.isTypeOrSuperTypeOf(actual) ? types.constructSpecializedType(declared, actual)
				: types.constructType(actual);
		List<Member> members = membersOf(actual, type, types);
		return new ObjectShape(declared.hasRawClass(actual) ? null : nameOf(actual), members);
	}

	/**
	 * The name of a class that tells it from the other subtypes of a declared type.
	 */
	static String nameOf(Class<?> type) {
		return ClassUtils.getShortName(type);
	}

	/**
	 * Why fields do not tell what the value is, null if they do.
	 */
	private static @Nullable String whyOpaque(Class<?> actual) {
		String why = DeclaredType.whyLive(actual);
		if (why != null) {
			return why;
		}
		if (isJdk(actual)) {
			return "belongs to the JDK, its state is hidden";
		}
		if (SpringProxy.class.isAssignableFrom(actual)) {
			return "is a proxy, whose state is elsewhere";
		}
		return isSelfChanging(actual) ? "keeps in its fields what it has computed; use its bytes" : null;
	}

	public static boolean isSelfChanging(Class<?> type) {
		return DeclaredType.hasSupertypeNamed(SELF_CHANGING, type);
	}

	private static List<Member> membersOf(Class<?> actual, JavaType type, TypeFactory types) {
		List<Member> members = new ArrayList<>();
		Set<String> names = new HashSet<>();
		boolean hidden = false;
		for (Class<?> owner = actual; owner != null; owner = owner.getSuperclass()) {
			for (Field field : owner.getDeclaredFields()) {
				if (Modifier.isStatic(field.getModifiers()) || isOuterInstance(field)) {
					continue;
				}
				if (isJdk(owner)) {
					throw new IllegalArgumentException(
							actual.getTypeName() + " extends " + owner.getTypeName() + ", whose state is hidden");
				}
				if (Modifier.isTransient(field.getModifiers())) {
					hidden = true;
					continue;
				}
				// a field may have the name of an inherited one: both count
				String name = names.add(field.getName()) ? field.getName() : owner.getName() + "." + field.getName();
				members
					.add(new Member(name, CanonicalSink.pieceOf('s', name), field, typeOf(field, owner, type, types)));
				field.setAccessible(true);
			}
		}
		if (members.isEmpty() && hidden) {
			throw new IllegalArgumentException(actual.getTypeName() + " has only transient fields");
		}
		members.sort(Comparator.comparing(Member::name));
		return List.copyOf(members);
	}

	private static JavaType typeOf(Field field, Class<?> owner, JavaType type, TypeFactory types) {
		return types.resolveMemberType(field.getGenericType(), type.findSuperType(owner).getBindings());
	}

	private static boolean isOuterInstance(Field field) {
		return field.isSynthetic() && field.getName().startsWith("this$");
	}

	private static boolean isJdk(Class<?> type) {
		return type.getClassLoader() == null || type.getClassLoader() == ClassLoader.getPlatformClassLoader();
	}

	/**
	 * One field.
	 *
	 * @param name its name
	 * @param head the name as it is written
	 * @param field where its value is
	 * @param type its declared type
	 */
	@SuppressWarnings("ArrayRecordComponent") // never compared, never modified
	public record Member(String name, byte[] head, Field field, JavaType type) {

		public @Nullable Object valueIn(Object owner) {
			try {
				return this.field.get(owner);
			}
			catch (IllegalAccessException ex) {
				throw new IllegalArgumentException("cannot read " + this.field, ex);
			}
		}

	}

}
