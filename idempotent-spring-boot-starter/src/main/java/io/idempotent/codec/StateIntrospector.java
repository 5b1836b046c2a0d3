package io.idempotent.codec;

import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;

/**
 * Honours the annotations that say how an object is made and which classes there are, and
 * none that lose state: those that style the text, work in one direction only, or forgive
 * what is unknown. Prefers a constructor without arguments, whose object then gets its
 * fields.
 */
final class StateIntrospector extends JacksonAnnotationIntrospector {

	@Override
	public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
		return JsonInclude.Value.empty();
	}

	@Override
	public JsonFormat.Value findFormat(MapperConfig<?> config, Annotated annotated) {
		return JsonFormat.Value.empty();
	}

	@Override
	public JsonIgnoreProperties.Value findPropertyIgnoralByName(MapperConfig<?> config, Annotated annotated) {
		return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
	}

	@Override
	public JsonProperty.@Nullable Access findPropertyAccess(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public @Nullable Object findFilterId(MapperConfig<?> config, Annotated annotated) {
		return null;
	}

	@Override
	public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
		return isBothWays(annotated) ? super.findSerializer(config, annotated) : null;
	}

	@Override
	public @Nullable Object findDeserializer(MapperConfig<?> config, Annotated annotated) {
		return isBothWays(annotated) ? super.findDeserializer(config, annotated) : null;
	}

	private boolean isBothWays(Annotated annotated) {
		JsonSerialize write = _findAnnotation(annotated, JsonSerialize.class);
		JsonDeserialize read = _findAnnotation(annotated, JsonDeserialize.class);
		return write != null && read != null && write.using() != ValueSerializer.None.class
				&& read.using() != ValueDeserializer.None.class;
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
