package io.idempotent.codec.result;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.jsontype.TypeSerializer;

import org.springframework.util.ReflectionUtils;

/**
 * The instances of a class that stand for themselves: singletons such as a Kotlin object,
 * and constants of a class that nobody else can make objects of. Each is written as the
 * name of its field, {@code ["INSTANCE"]}, and read as that very instance. A class may
 * also say by {@code readResolve} which instance stands for one that was read.
 *
 * @param byName the instances by the names of their fields
 * @param readResolve what replaces an object that was read
 */
record Constants(Map<String, Object> byName, @Nullable Method readResolve) {

	private static final ClassValue<Constants> KNOWN = new ClassValue<>() {

		@Override
		protected Constants computeValue(Class<?> type) {
			return new Constants(find(type), findReadResolve(type));
		}

	};

	static Constants of(Class<?> type) {
		return KNOWN.get(type);
	}

	/**
	 * Whether the class has nothing of this kind.
	 */
	boolean isEmpty() {
		return this.byName.isEmpty() && this.readResolve == null;
	}

	ValueSerializer<?> serializer(ValueSerializer<?> delegate) {
		return this.byName.isEmpty() ? delegate : new Serializer(this, delegate);
	}

	ValueDeserializer<?> deserializer(ValueDeserializer<?> delegate) {
		return isEmpty() ? delegate : new Deserializer(this, delegate);
	}

	private @Nullable String nameOf(Object value) {
		for (Map.Entry<String, Object> constant : this.byName.entrySet()) {
			if (constant.getValue() == value) {
				return constant.getKey();
			}
		}
		return null;
	}

	private static Map<String, Object> find(Class<?> type) {
		Map<String, Object> constants = new LinkedHashMap<>();
		Constructor<?>[] constructors = type.getDeclaredConstructors();
		boolean closed = constructors.length > 0 && !type.isEnum()
				&& Stream.of(constructors).allMatch((constructor) -> Modifier.isPrivate(constructor.getModifiers()));
		if (closed && type.getClassLoader() != null) {
			for (Field field : type.getDeclaredFields()) {
				int modifiers = field.getModifiers();
				if (field.getType() == type && Modifier.isStatic(modifiers) && Modifier.isFinal(modifiers)) {
					ReflectionUtils.makeAccessible(field);
					Object constant = ReflectionUtils.getField(field, null);
					if (constant != null) {
						constants.put(field.getName(), constant);
					}
				}
			}
		}
		return constants;
	}

	private static @Nullable Method findReadResolve(Class<?> type) {
		for (Method method : type.getDeclaredMethods()) {
			if (method.getName().equals("readResolve") && method.getParameterCount() == 0
					&& !Modifier.isStatic(method.getModifiers()) && type.getClassLoader() != null) {
				ReflectionUtils.makeAccessible(method);
				return method;
			}
		}
		return null;
	}

	private static final class Serializer extends ValueSerializer<Object> {

		private final Constants constants;

		private final ValueSerializer<Object> delegate;

		@SuppressWarnings("unchecked") // Jackson made it for values of the class
		Serializer(Constants constants, ValueSerializer<?> delegate) {
			this.constants = constants;
			this.delegate = (ValueSerializer<Object>) delegate;
		}

		@Override
		public void resolve(SerializationContext context) {
			this.delegate.resolve(context);
		}

		@Override
		public ValueSerializer<?> createContextual(SerializationContext context, BeanProperty property) {
			return new Serializer(this.constants, context.handleSecondaryContextualization(this.delegate, property));
		}

		@Override
		public void serialize(Object value, JsonGenerator generator, SerializationContext context) {
			String name = this.constants.nameOf(value);
			if (name != null) {
				generator.writeStartArray();
				generator.writeString(name);
				generator.writeEndArray();
			}
			else {
				this.delegate.serialize(value, generator, context);
			}
		}

		@Override
		public void serializeWithType(Object value, JsonGenerator generator, SerializationContext context,
				TypeSerializer types) {
			if (this.constants.nameOf(value) == null) {
				this.delegate.serializeWithType(value, generator, context, types);
				return;
			}
			var prefix = types.writeTypePrefix(generator, context, types.typeId(value, JsonToken.VALUE_STRING));
			serialize(value, generator, context);
			types.writeTypeSuffix(generator, context, prefix);
		}

	}

	private static final class Deserializer extends DelegatingDeserializer {

		private final Constants constants;

		Deserializer(Constants constants, ValueDeserializer<?> delegate) {
			super(delegate);
			this.constants = constants;
		}

		@Override
		protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegate) {
			return new Deserializer(this.constants, delegate);
		}

		@Override
		public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
			if (parser.hasToken(JsonToken.START_ARRAY) && !this.constants.byName().isEmpty()) {
				Object constant = this.constants.byName().get(String.valueOf(parser.nextStringValue()));
				if (constant == null || parser.nextToken() != JsonToken.END_ARRAY) {
					return context.handleUnexpectedToken(handledType(), parser);
				}
				return constant;
			}
			Object read = super.deserialize(parser, context);
			Method readResolve = this.constants.readResolve();
			return (readResolve != null && read != null) ? ReflectionUtils.invokeMethod(readResolve, read) : read;
		}

	}

}
