package io.idempotent.codec;

import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DatabindContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.PolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * Makes the mapper of results: what it writes, it reads back unchanged, and nothing else.
 */
final class ResultMapper {

	private ResultMapper() {
	}

	static JsonMapper create() {
		// what is read was written here, and its size is limited when it is stored
		JsonFactory factory = JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNumberLength(Integer.MAX_VALUE)
				.maxStringLength(Integer.MAX_VALUE)
				.build())
			.build();
		return JsonMapper.builder(factory)
			.annotationIntrospector(new StateIntrospector())
			.changeDefaultVisibility((checker) -> checker.withVisibility(PropertyAccessor.ALL, Visibility.NONE)
				.withVisibility(PropertyAccessor.FIELD, Visibility.ANY)
				.withVisibility(PropertyAccessor.CREATOR, Visibility.ANY)
				.withScalarConstructorVisibility(Visibility.ANY))
			.enable(MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS)
			.disable(MapperFeature.ALLOW_COERCION_OF_SCALARS, MapperFeature.INFER_PROPERTY_MUTATORS)
			.withCoercionConfigDefaults(ResultMapper::refuseCoercions)
			.withCoercionConfig(LogicalType.Textual, ResultMapper::refuseScalars)
			.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
					DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
					DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
					DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
					DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
			.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.disable(EnumFeature.WRITE_ENUMS_USING_TO_STRING, EnumFeature.READ_ENUMS_USING_TO_STRING)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
			.polymorphicTypeValidator(new NoClassNames())
			.addModule(new SimpleModule().setDeserializerModifier(new ReadableTypes()))
			.build();
	}

	private static void refuseScalars(MutableCoercionConfig config) {
		config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
			.setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
			.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
	}

	private static void refuseCoercions(MutableCoercionConfig config) {
		config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail)
			.setCoercion(CoercionInputShape.EmptyArray, CoercionAction.Fail);
	}

	/**
	 * Ignores the annotations that only style the text, because they lose state, and
	 * prefers a constructor without arguments, whose object then gets its fields.
	 */
	private static final class StateIntrospector extends JacksonAnnotationIntrospector {

		@Override
		public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
			return JsonInclude.Value.empty();
		}

		@Override
		public JsonFormat.Value findFormat(MapperConfig<?> config, Annotated annotated) {
			return JsonFormat.Value.empty();
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

	/**
	 * Nothing that is stored chooses a class by its name.
	 */
	private static final class NoClassNames extends PolymorphicTypeValidator.Base {

		@Override
		public Validity validateBaseType(DatabindContext context, JavaType baseType) {
			return Validity.DENIED;
		}

	}

}
