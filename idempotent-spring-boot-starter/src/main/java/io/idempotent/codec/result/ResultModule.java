package io.idempotent.codec.result;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.idempotent.codec.payload.LazyState;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;
import tools.jackson.databind.type.CollectionType;
import tools.jackson.databind.type.MapType;

import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/**
 * What the mapper of results writes and reads in another way than Jackson does, and what
 * it refuses.
 */
final class ResultModule extends SimpleModule {

	ResultModule() {
		super("results");
		setDeserializerModifier(new ReadableTypes());
		setSerializerModifier(new ExactState());
		// elements stay in the order they were in
		addAbstractTypeMapping(Set.class, LinkedHashSet.class);
		addAbstractTypeMapping(Map.class, LinkedHashMap.class);
		addAbstractTypeMapping(MultiValueMap.class, LinkedMultiValueMap.class);
	}

	@Override
	public void setupModule(SetupContext context) {
		super.setupModule(context);
		ExactForms forms = new ExactForms();
		context.addSerializers(forms);
		context.addDeserializers(forms);
	}

	private static final class ExactState extends ValueSerializerModifier {

		@Override
		public List<BeanPropertyWriter> changeProperties(SerializationConfig config,
				BeanDescription.Supplier description, List<BeanPropertyWriter> properties) {
			if (ClassMark.isNeeded(description.getBeanClass())) {
				properties.add(new ClassMark(config, description.getClassInfo()));
			}
			return properties;
		}

		@Override
		public ValueSerializer<?> modifySerializer(SerializationConfig config, BeanDescription.Supplier description,
				ValueSerializer<?> serializer) {
			return loaded(description.getType(), Constants.of(description.getBeanClass()).serializer(serializer));
		}

		@Override
		public ValueSerializer<?> modifyCollectionSerializer(SerializationConfig config, CollectionType type,
				BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			return loaded(type, serializer);
		}

		@Override
		public ValueSerializer<?> modifyMapSerializer(SerializationConfig config, MapType type,
				BeanDescription.Supplier description, ValueSerializer<?> serializer) {
			return loaded(type, serializer);
		}

		private static ValueSerializer<?> loaded(JavaType type, ValueSerializer<?> serializer) {
			return LazyState.isLazy(type.getRawClass()) ? LazyState.serializer(serializer) : serializer;
		}

	}

}
