package io.idempotent.codec.result;

import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.deser.Deserializers;
import tools.jackson.databind.jsontype.TypeDeserializer;
import tools.jackson.databind.jsontype.TypeSerializer;
import tools.jackson.databind.ser.Serializers;
import tools.jackson.databind.type.ReferenceType;
import tools.jackson.databind.type.TypeFactory;

import org.springframework.util.ClassUtils;

/**
 * Finds the forms of the types that Jackson's own form would not bring back exactly: an
 * empty {@code Optional} is no null, a {@code Timestamp} has nanoseconds.
 */
final class ExactForms implements Serializers, Deserializers {

	private static final boolean WEB = ClassUtils.isPresent("org.springframework.http.HttpEntity",
			ExactForms.class.getClassLoader());

	private static @Nullable Form find(JavaType type, MapperConfig<?> config) {
		Class<?> raw = type.getRawClass();
		TypeFactory types = config.getTypeFactory();
		if (raw == Optional.class) {
			return Form.of(type, types.constructCollectionType(List.class, type.getReferencedType()),
					(Optional<?> optional) -> optional.stream().toList(), (List<?> list) -> list.isEmpty()
							? Optional.empty() : Optional.of(single(list.size(), list.get(0))));
		}
		if (raw == AtomicReference.class) {
			return Form.of(type, types.constructCollectionType(List.class, type.getReferencedType()),
					(AtomicReference<?> reference) -> Collections.singletonList(reference.get()),
					(List<?> list) -> new AtomicReference<>(single(list.size(), list.get(0))));
		}
		if (raw == OptionalInt.class) {
			return Form.of(type, types.constructType(int[].class),
					(OptionalInt optional) -> optional.stream().toArray(), (array) -> (array.length == 0)
							? OptionalInt.empty() : OptionalInt.of(single(array.length, array[0])));
		}
		if (raw == OptionalLong.class) {
			return Form.of(type, types.constructType(long[].class),
					(OptionalLong optional) -> optional.stream().toArray(), (array) -> (array.length == 0)
							? OptionalLong.empty() : OptionalLong.of(single(array.length, array[0])));
		}
		if (raw == OptionalDouble.class) {
			return Form.of(type, types.constructType(double[].class),
					(OptionalDouble optional) -> optional.stream().toArray(), (array) -> (array.length == 0)
							? OptionalDouble.empty() : OptionalDouble.of(single(array.length, array[0])));
		}
		if (Date.class.isAssignableFrom(raw)) {
			return Form.of(type, types.constructType(String.class), DateText::write,
					(String text) -> DateText.read(text, raw));
		}
		if (raw == Locale.class) {
			return Form.of(type, types.constructType(String.class), ExactForms::languageTag, Locale::forLanguageTag);
		}
		return WEB ? WebForms.find(type, types) : null;
	}

	private static <T> T single(int size, T content) {
		if (size != 1) {
			throw new IllegalArgumentException("one value was expected, but there are " + size);
		}
		return content;
	}

	private static String languageTag(Locale locale) {
		String tag = locale.toLanguageTag();
		if (!Locale.forLanguageTag(tag).equals(locale)) {
			throw new IllegalArgumentException("the locale %s has no language tag".formatted(locale));
		}
		return tag;
	}

	@Override
	public boolean hasDeserializerFor(DeserializationConfig config, Class<?> type) {
		return find(config.constructType(type), config) != null;
	}

	@Override
	public @Nullable ValueDeserializer<?> findBeanDeserializer(JavaType type, DeserializationConfig config,
			BeanDescription.Supplier description) {
		Form form = find(type, config);
		return (form != null) ? form.deserializer() : null;
	}

	@Override
	public @Nullable ValueDeserializer<?> findReferenceDeserializer(ReferenceType type, DeserializationConfig config,
			BeanDescription.Supplier description, @Nullable TypeDeserializer contentTypes,
			@Nullable ValueDeserializer<?> content) {
		return findBeanDeserializer(type, config, description);
	}

	@Override
	public @Nullable ValueSerializer<?> findSerializer(SerializationConfig config, JavaType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format) {
		Form form = find(type, config);
		return (form != null) ? form.serializer() : null;
	}

	@Override
	public @Nullable ValueSerializer<?> findReferenceSerializer(SerializationConfig config, ReferenceType type,
			BeanDescription.Supplier description, JsonFormat.@Nullable Value format,
			@Nullable TypeSerializer contentTypes, @Nullable ValueSerializer<Object> content) {
		return findSerializer(config, type, description, format);
	}

}
