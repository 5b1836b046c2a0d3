package io.idempotent.codec.result;

import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIdentityReference;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.annotation.JsonMerge;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSerializeAs;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeId;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.annotation.JsonView;
import com.fasterxml.jackson.annotation.ObjectIdGenerators;
import com.fasterxml.jackson.annotation.SimpleObjectIdResolver;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedMethod;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.ObjectIdInfo;
import tools.jackson.databind.introspect.VisibilityChecker;
import tools.jackson.databind.ser.BeanPropertyWriter;

/**
 * Honours the annotations that say how an object is made and how its members are named,
 * and none that lose state: those that style the text, hide a member from one direction,
 * work in one direction only, answer for an object in place of its fields, or forgive
 * what is unknown. An enum has its constants and their names, whatever its annotations
 * say. Prefers a constructor without arguments, whose object then gets its fields.
 */
final class StateIntrospector extends JacksonAnnotationIntrospector {

	private static final Set<Class<? extends Annotation>> IGNORED = Set.of(JsonInclude.class, JsonFormat.class,
			JsonFilter.class, JsonRawValue.class, JsonMerge.class, JacksonInject.class, JsonUnwrapped.class,
			JsonAnyGetter.class, JsonAnySetter.class, JsonView.class, JsonKey.class, JsonTypeId.class,
			JsonSerializeAs.class, JsonIdentityReference.class);

	/** Known by name, because the library may be absent. */
	private static final String ENTITY = "jakarta.persistence.Entity";

	@Override
	protected <A extends Annotation> @Nullable A _findAnnotation(Annotated annotated, Class<A> type) {
		boolean oneWay = type == JsonSerialize.class && !annotated.hasAnnotation(JsonDeserialize.class);
		return (oneWay || IGNORED.contains(type) || isOfEnum(annotated)) ? null
				: super._findAnnotation(annotated, type);
	}

	private static boolean isOfEnum(Annotated annotated) {
		Class<?> owner = (annotated instanceof AnnotatedMember member) ? member.getDeclaringClass()
				: annotated.getRawType();
		return Enum.class.isAssignableFrom(owner);
	}

	@Override
	public String[] findEnumValues(MapperConfig<?> config, AnnotatedClass annotated, Enum<?>[] constants,
			@Nullable String[] names) {
		return Stream.of(constants).map(Enum::name).toArray(String[]::new);
	}

	@Override
	public void findEnumAliases(MapperConfig<?> config, AnnotatedClass annotated, Enum<?>[] constants,
			String[][] aliases) {
		Arrays.fill(aliases, new String[0]);
	}

	/**
	 * Of an accessor, it says nothing about the field.
	 */
	@Override
	public boolean hasIgnoreMarker(MapperConfig<?> config, AnnotatedMember member) {
		return !(member instanceof AnnotatedMethod) && super.hasIgnoreMarker(config, member);
	}

	@Override
	public void findAndAddVirtualProperties(MapperConfig<?> config, AnnotatedClass annotated,
			List<BeanPropertyWriter> properties) {
		// they are no state
	}

	@Override
	public JsonIncludeProperties.Value findPropertyInclusionByName(MapperConfig<?> config, Annotated annotated) {
		return JsonIncludeProperties.Value.all();
	}

	@Override
	public JavaType refineSerializationType(MapperConfig<?> config, Annotated annotated, JavaType type) {
		return type;
	}

	@Override
	public JsonSerialize.@Nullable Typing findSerializationTyping(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	/**
	 * Entities refer to each other in both directions.
	 */
	@Override
	public @Nullable ObjectIdInfo findObjectIdInfo(MapperConfig<?> config, Annotated annotated) {
		ObjectIdInfo info = super.findObjectIdInfo(config, annotated);
		return (info == null && annotated instanceof AnnotatedClass && isEntity(annotated.getRawType()))
				? new ObjectIdInfo(PropertyName.construct("#id"), Object.class,
						ObjectIdGenerators.IntSequenceGenerator.class, SimpleObjectIdResolver.class)
				: info;
	}

	private static boolean isEntity(Class<?> type) {
		return Stream.of(type.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals(ENTITY));
	}

	@Override
	public @Nullable Object findDeserializer(MapperConfig<?> config, Annotated annotated) {
		return annotated.hasAnnotation(JsonSerialize.class) ? super.findDeserializer(config, annotated) : null;
	}

	@Override
	public JsonSetter.Value findSetterInfo(MapperConfig<?> config, Annotated annotated) {
		return JsonSetter.Value.empty();
	}

	@Override
	public JsonProperty.@Nullable Access findPropertyAccess(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public VisibilityChecker findAutoDetectVisibility(MapperConfig<?> config, AnnotatedClass annotated,
			VisibilityChecker checker) {
		// a builder is asked, whatever it keeps in which fields
		return annotated.hasAnnotation(JsonPOJOBuilder.class) ? checker.withSetterVisibility(Visibility.ANY) : checker;
	}

	@Override
	public JsonIgnoreProperties.Value findPropertyIgnoralByName(MapperConfig<?> config, Annotated annotated) {
		// what a member leaves out of another object is state of that
		return (annotated instanceof AnnotatedMember) ? JsonIgnoreProperties.Value.empty()
				: super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
	}

	@Override
	public JsonCreator.@Nullable Mode findCreatorAnnotation(MapperConfig<?> config, Annotated annotated) {
		JsonCreator.Mode mode = super.findCreatorAnnotation(config, annotated);
		if (annotated instanceof AnnotatedMethod factory && isStateOnly(factory.getDeclaringClass())) {
			return JsonCreator.Mode.DISABLED;
		}
		boolean needless = mode == null && annotated instanceof AnnotatedConstructor constructor
				&& constructor.getParameterCount() > 0
				&& Stream.of(constructor.getDeclaringClass().getDeclaredConstructors())
					.anyMatch((other) -> other.getParameterCount() == 0);
		return needless ? JsonCreator.Mode.DISABLED : mode;
	}

	/**
	 * Whether it is a record, which has a constructor for its state, and no value that
	 * stands for it.
	 */
	private static boolean isStateOnly(Class<?> type) {
		return type.isRecord()
				&& Stream.concat(Stream.of(type.getDeclaredFields()), Stream.of(type.getDeclaredMethods()))
					.noneMatch((member) -> member.isAnnotationPresent(JsonValue.class));
	}

}
