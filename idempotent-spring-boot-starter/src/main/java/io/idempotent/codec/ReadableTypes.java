package io.idempotent.codec;

import java.time.Year;
import java.util.Set;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.BeanDeserializerBuilder;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.jdk.UntypedObjectDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.deser.std.StdConvertingDeserializer;
import tools.jackson.databind.type.LogicalType;

/**
 * Refuses types that could be written but not read back, as soon as Jackson meets them,
 * at any depth: so that they stop the start instead of losing results.
 */
final class ReadableTypes extends ValueDeserializerModifier {

	private static final Set<Class<?>> OPEN = Set.of(Number.class, Class.class);

	@Override
	public ValueDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription.Supplier description,
			ValueDeserializer<?> deserializer) {
		Class<?> type = description.getBeanClass();
		String why = DeclaredType.whyLive(type);
		if (why != null) {
			throw refusal(description, why);
		}
		if (deserializer instanceof UntypedObjectDeserializer || OPEN.contains(type)) {
			throw refusal(description, "does not say which class a value has; declare the type that it really is");
		}
		if (deserializer instanceof AbstractDeserializer && config.getAnnotationIntrospector()
			.findPolymorphicTypeInfo(config, description.getClassInfo()) == null) {
			throw refusal(description, "is abstract; name its subtypes with @JsonTypeInfo and @JsonSubTypes on it");
		}
		if (deserializer instanceof BeanDeserializerBase bean) {
			checkBean(bean, description);
		}
		if (deserializer instanceof StdConvertingDeserializer) {
			return deserializer;
		}
		boolean text = deserializer.logicalType() == LogicalType.DateTime && deserializer.handledType() != Year.class;
		return text ? new TextOnly(deserializer) : deserializer;
	}

	/**
	 * What only a getter knows was computed, and is computed again.
	 */
	@Override
	public BeanDeserializerBuilder updateBuilder(DeserializationConfig config, BeanDescription.Supplier description,
			BeanDeserializerBuilder builder) {
		description.get()
			.findProperties()
			.stream()
			.filter((property) -> property.hasGetter() && !property.couldDeserialize())
			.forEach((property) -> builder.addIgnorable(property.getName()));
		return builder;
	}

	private static void checkBean(BeanDeserializerBase bean, BeanDescription.Supplier description) {
		if (!canConstruct(bean.getValueInstantiator(), description.get())) {
			throw refusal(description, "cannot be constructed; give it a constructor without arguments, "
					+ "a single one with an argument for each field and of its name, or @JsonCreator");
		}
		// the same that Jackson does not write
		if (bean.getPropertyCount() == 0 && !bean.hasAnySetter() && !description.get().hasKnownClassAnnotations()
				&& !description.getType().isRecordType() && description.get().findJsonValueAccessor() == null) {
			throw refusal(description, "has no fields to record; make it a record or return void");
		}
	}

	private static boolean canConstruct(ValueInstantiator instantiator, BeanDescription description) {
		return instantiator.canCreateUsingDefault() || instantiator.canCreateFromObjectWith()
				|| instantiator.canCreateUsingDelegate()
				|| (instantiator.canInstantiate() && description.findJsonValueAccessor() != null);
	}

	private static IllegalArgumentException refusal(BeanDescription.Supplier description, String why) {
		return new IllegalArgumentException(description.getType().toCanonical() + " " + why);
	}

	/**
	 * Reads dates and times only from text, as they are written: a number that a method
	 * returned before must not be taken for an instant, in whichever unit.
	 */
	private static final class TextOnly extends DelegatingDeserializer {

		TextOnly(ValueDeserializer<?> delegate) {
			super(delegate);
		}

		@Override
		protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
			return new TextOnly(delegate);
		}

		@Override
		public Object deserialize(JsonParser parser, DeserializationContext context) {
			return parser.hasToken(JsonToken.VALUE_STRING) ? super.deserialize(parser, context)
					: context.handleUnexpectedToken(handledType(), parser);
		}

	}

}
