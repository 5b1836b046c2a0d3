package io.idempotent.codec;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.BeanPropertyWriter;
import tools.jackson.databind.ser.ValueSerializerModifier;

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
		setSerializerModifier(new MarkedSubclasses());
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

	private static final class MarkedSubclasses extends ValueSerializerModifier {

		@Override
		public List<BeanPropertyWriter> changeProperties(SerializationConfig config,
				BeanDescription.Supplier description, List<BeanPropertyWriter> properties) {
			if (ClassMark.isNeeded(config, description.getClassInfo())) {
				properties.add(new ClassMark(config, description.getClassInfo()));
			}
			return properties;
		}

	}

}
