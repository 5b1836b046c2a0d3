package io.idempotent.codec;

import java.lang.annotation.Annotation;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFilter;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonMerge;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonPOJOBuilder;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.VisibilityChecker;

/**
 * Honours the annotations that say how an object is made and which classes there are, and
 * none that lose state: those that style the text, hide a member from one direction, work
 * in one direction only, or forgive what is unknown. Prefers a constructor without
 * arguments, whose object then gets its fields.
 */
final class StateIntrospector extends JacksonAnnotationIntrospector {

	private static final Set<Class<? extends Annotation>> IGNORED = Set.of(JsonInclude.class, JsonFormat.class,
			JsonFilter.class, JsonRawValue.class, JsonMerge.class, JacksonInject.class);

	@Override
	protected <A extends Annotation> @Nullable A _findAnnotation(Annotated annotated, Class<A> type) {
		boolean oneWay = type == JsonSerialize.class && !annotated.hasAnnotation(JsonDeserialize.class);
		return (oneWay || IGNORED.contains(type)) ? null : super._findAnnotation(annotated, type);
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
		return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
	}

	@Override
	public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
		JsonTypeInfo.Value info = super.findPolymorphicTypeInfo(config, annotated);
		return (info != null) ? info.withDefaultImpl(null) : null;
	}

	@Override
	public JsonCreator.@Nullable Mode findCreatorAnnotation(MapperConfig<?> config, Annotated annotated) {
		JsonCreator.Mode mode = super.findCreatorAnnotation(config, annotated);
		boolean needless = mode == null && annotated instanceof AnnotatedConstructor constructor
				&& constructor.getParameterCount() > 0
				&& Stream.of(constructor.getDeclaringClass().getDeclaredConstructors())
					.anyMatch((other) -> other.getParameterCount() == 0);
		return needless ? JsonCreator.Mode.DISABLED : mode;
	}

}
