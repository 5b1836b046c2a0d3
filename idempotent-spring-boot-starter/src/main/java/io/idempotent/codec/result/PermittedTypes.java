package io.idempotent.codec.result;

import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DatabindContext;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedClassResolver;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.jsontype.TypeResolverProvider;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.jsontype.impl.AsPropertyTypeDeserializer;
import tools.jackson.databind.jsontype.impl.AsPropertyTypeSerializer;
import tools.jackson.databind.jsontype.impl.TypeIdResolverBase;

/**
 * Tells the classes apart that a declared type permits: those of {@code @JsonSubTypes}
 * and of sealed hierarchies, by a name that each of them has for itself alone. How
 * {@code @JsonTypeInfo} would tell them does not matter, and what is stored chooses among
 * these classes only.
 */
final class PermittedTypes extends TypeResolverProvider {

	/** The member with the name of the class; no field has such a name. */
	private static final String MEMBER = "#type";

	/** What is being looked at by this thread: types may contain each other. */
	private final ThreadLocal<Set<JavaType>> resolving = ThreadLocal.withInitial(HashSet::new);

	/**
	 * Whether values of a type may be of several classes, all of which are known.
	 */
	static boolean isKnown(MapperConfig<?> config, JavaType base) {
		return Names.find(config, null, base) != null;
	}

	@Override
	public @Nullable TypeSerializer findTypeSerializer(SerializationContext context, JavaType base,
			AnnotatedClass annotated) {
		return serializer(context, null, base);
	}

	@Override
	public @Nullable TypeSerializer findPropertyTypeSerializer(SerializationContext context, AnnotatedMember member,
			JavaType base) {
		return serializer(context, member, base);
	}

	@Override
	public @Nullable TypeSerializer findPropertyContentTypeSerializer(SerializationContext context,
			AnnotatedMember member, JavaType container) {
		return serializer(context, member, container.getContentType());
	}

	@Override
	public @Nullable TypeDeserializer findTypeDeserializer(DeserializationContext context, JavaType base,
			AnnotatedClass annotated) {
		return deserializer(context, null, base);
	}

	@Override
	public @Nullable TypeDeserializer findPropertyTypeDeserializer(DeserializationContext context,
			AnnotatedMember member, JavaType base) {
		return deserializer(context, member, base);
	}

	@Override
	public @Nullable TypeDeserializer findPropertyContentTypeDeserializer(DeserializationContext context,
			AnnotatedMember member, JavaType container) {
		return deserializer(context, member, container.getContentType());
	}

	private static @Nullable TypeSerializer serializer(SerializationContext context, @Nullable AnnotatedMember member,
			JavaType base) {
		Names names = Names.find(context.getConfig(), member, base);
		return (names != null) ? new AsPropertyTypeSerializer(names, null, MEMBER) : null;
	}

	private @Nullable TypeDeserializer deserializer(DeserializationContext context, @Nullable AnnotatedMember member,
			JavaType base) {
		Names names = Names.find(context.getConfig(), member, base);
		if (names == null) {
			return null;
		}
		if (this.resolving.get().add(base)) {
			try {
				// so that one that cannot be read back stops the start
				names.types(context).forEach(context::findNonContextualValueDeserializer);
			}
			finally {
				this.resolving.get().remove(base);
			}
		}
		return new AsPropertyTypeDeserializer(base, names, MEMBER, false, null, JsonTypeInfo.As.PROPERTY, true);
	}

	private static final class Names extends TypeIdResolverBase {

		private final JavaType base;

		private final Map<Class<?>, String> names = new LinkedHashMap<>();

		private final Map<String, Class<?>> classes = new LinkedHashMap<>();

		private Names(JavaType base, Map<Class<?>, String> logicalNames) {
			this.base = base;
			Map<String, Long> uses = logicalNames.values()
				.stream()
				.collect(Collectors.groupingBy((name) -> name, Collectors.counting()));
			logicalNames.forEach((type, name) -> {
				String unique = (uses.getOrDefault(name, 0L) == 1) ? name : type.getName();
				this.names.put(type, unique);
				this.classes.put(unique, type);
			});
		}

		static @Nullable Names find(MapperConfig<?> config, @Nullable AnnotatedMember member, JavaType base) {
			Class<?> raw = base.getRawClass();
			if (base.isContainerType() || base.isReferenceType() || base.isPrimitive()
					|| raw.getName().startsWith("java.")) {
				return null;
			}
			Map<Class<?>, String> names = new LinkedHashMap<>();
			Set<Class<?>> seen = new LinkedHashSet<>();
			if (member != null) {
				collect(config, member, raw, names, seen);
			}
			collect(config, raw, null, raw, names, seen);
			return (names.isEmpty() || names.keySet().equals(Set.of(raw))) ? null : new Names(base, names);
		}

		private static void collect(MapperConfig<?> config, Class<?> type, @Nullable String name, Class<?> base,
				Map<Class<?>, String> names, Set<Class<?>> seen) {
			AnnotatedClass annotated = AnnotatedClassResolver.resolve(config, config.constructType(type), config);
			boolean concrete = !Modifier.isAbstract(type.getModifiers()) || type.isEnum();
			if (concrete && base.isAssignableFrom(type) && (name != null || !names.containsKey(type))) {
				names.put(type, (name != null) ? name : nameOf(config, annotated));
			}
			if (seen.add(type) && !type.isEnum()) {
				collect(config, annotated, base, names, seen);
				// also beside annotations that name only some of them
				Stream.of(Objects.requireNonNullElse(type.getPermittedSubclasses(), new Class<?>[0]))
					.forEach((permitted) -> collect(config, permitted, null, base, names, seen));
			}
		}

		private static void collect(MapperConfig<?> config, Annotated annotated, Class<?> base,
				Map<Class<?>, String> names, Set<Class<?>> seen) {
			List<NamedType> listed = config.getAnnotationIntrospector().findSubtypes(config, annotated);
			for (NamedType subtype : Objects.requireNonNullElse(listed, List.<NamedType>of())) {
				collect(config, subtype.getType(), subtype.getName(), base, names, seen);
			}
		}

		private static String nameOf(MapperConfig<?> config, AnnotatedClass type) {
			AnnotationIntrospector introspector = config.getAnnotationIntrospector();
			String name = introspector.findTypeName(config, type);
			String className = type.getName();
			return (name != null && !name.isEmpty()) ? name : className.substring(className.lastIndexOf('.') + 1);
		}

		Collection<JavaType> types(DatabindContext context) {
			return this.names.keySet().stream().map((type) -> typeOf(context, type)).toList();
		}

		private JavaType typeOf(DatabindContext context, Class<?> type) {
			return context.constructSpecializedType(this.base, type);
		}

		@Override
		public String idFromValue(DatabindContext context, Object value) {
			Class<?> type = (value instanceof Enum<?> constant) ? constant.getDeclaringClass() : value.getClass();
			String name = this.names.get(type);
			if (name == null) {
				throw new IllegalArgumentException("%s is none of the subtypes that are known of %s (%s)"
					.formatted(type.getName(), this.base.toCanonical(), this.names.keySet()));
			}
			return name;
		}

		@Override
		public String idFromValueAndType(DatabindContext context, Object value, Class<?> suggested) {
			return idFromValue(context, value);
		}

		@Override
		public @Nullable JavaType typeFromId(DatabindContext context, String name) {
			Class<?> type = this.classes.get(name);
			return (type != null) ? typeOf(context, type) : null;
		}

		@Override
		public JsonTypeInfo.Id getMechanism() {
			return JsonTypeInfo.Id.CUSTOM;
		}

	}

}
