package io.idempotent.codec;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.jdk.UntypedObjectDeserializer;

/**
 * Refuses types that could be written but not read back, as soon as Jackson meets them,
 * at any depth: so that they stop the start instead of losing results.
 */
final class ReadableTypes extends ValueDeserializerModifier {

	@Override
	public ValueDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription.Supplier description,
			ValueDeserializer<?> deserializer) {
		String type = description.getType().toCanonical();
		if (deserializer instanceof UntypedObjectDeserializer) {
			throw new IllegalArgumentException(type + " does not say which class a value has");
		}
		if (deserializer instanceof AbstractDeserializer && config.getAnnotationIntrospector()
			.findPolymorphicTypeInfo(config, description.getClassInfo()) == null) {
			throw new IllegalArgumentException(
					type + " is abstract; name its subtypes with @JsonTypeInfo and @JsonSubTypes on it");
		}
		if (deserializer instanceof BeanDeserializerBase bean && !bean.getValueInstantiator().canInstantiate()) {
			throw new IllegalArgumentException(type
					+ " cannot be constructed; give it a constructor without arguments, a single one with an argument for each field, or @JsonCreator");
		}
		return deserializer;
	}

}
