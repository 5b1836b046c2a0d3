package io.idempotent.codec;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.idempotent.ResultCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stores results as JSON by their full generic type, after a byte that tells null from a
 * value.
 * <p>
 * The JSON is made of the fields of an object, not of its getters. It is read strictly:
 * if the return type has changed meanwhile, the result is unavailable, not half of it.
 */
public final class JsonResultCodec implements ResultCodec {

	private static final byte NULL = 0;

	private static final byte VALUE = 1;

	private final JsonMapper mapper = ResultMapper.create();

	private final Map<Type, ObjectWriter> writers = new ConcurrentHashMap<>();

	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	@Override
	public String format() {
		return "json/1";
	}

	@Override
	public void validate(Type type) {
		if (type instanceof Class<?> primitive && primitive.isPrimitive()) {
			return;
		}
		DeclaredType.refuseLive(type);
		DeclaredType.refuseOpen(type);
		try {
			// makes Jackson look at the whole type, without a value of it
			reader(type).readValue("null");
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"%s cannot be read back from JSON: %s".formatted(type.getTypeName(), ex.getOriginalMessage()), ex);
		}
	}

	@Override
	public byte[] encode(@Nullable Object result, Type type) {
		if (result == null) {
			return new byte[] { NULL };
		}
		if (isVoid(type)) {
			throw new IllegalArgumentException("void has no value, but got one of " + result.getClass().getName());
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.write(VALUE);
		this.writers.computeIfAbsent(type, this::newWriter).writeValue(bytes, result);
		return bytes.toByteArray();
	}

	@Override
	public @Nullable Object decode(byte[] bytes, Type type) {
		if (bytes.length == 1 && bytes[0] == NULL && !isPrimitiveValue(type)) {
			return null;
		}
		if (bytes.length > 1 && bytes[0] == VALUE && !isVoid(type)) {
			Object result = reader(type).readValue(bytes, 1, bytes.length - 1);
			if (result != null) {
				return result;
			}
		}
		throw new IllegalArgumentException("the stored bytes are not a value of " + type.getTypeName());
	}

	private ObjectWriter newWriter(Type type) {
		// a subclass with more fields than its declared class must not lose them silently
		boolean bySubclass = type instanceof Class<?> declared && !Modifier.isAbstract(declared.getModifiers());
		return bySubclass ? this.mapper.writer() : this.mapper.writerFor(this.mapper.constructType(type));
	}

	private ObjectReader reader(Type type) {
		return this.readers.computeIfAbsent(type, (key) -> this.mapper.readerFor(this.mapper.constructType(key)));
	}

	private static boolean isVoid(Type type) {
		return type == void.class || type == Void.class;
	}

	private static boolean isPrimitiveValue(Type type) {
		return type instanceof Class<?> erased && erased.isPrimitive() && !isVoid(type);
	}

}
