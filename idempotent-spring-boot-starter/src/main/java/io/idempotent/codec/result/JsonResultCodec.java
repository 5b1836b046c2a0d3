package io.idempotent.codec.result;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

import io.idempotent.ResultCodec;
import io.idempotent.codec.payload.DeclaredType;
import io.idempotent.codec.payload.TypeRemedy;
import io.idempotent.engine.operation.UnsupportedTypeException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeFactory;

import org.springframework.util.ClassUtils;

/**
 * Stores results as JSON by their full generic type, between a byte that tells null from
 * a value and a checksum: a part of a number is a number as well.
 * <p>
 * The JSON is made of the fields of an object, not of its getters. It is read strictly:
 * if the return type has changed meanwhile, the result is unavailable, not half of it.
 */
public final class JsonResultCodec implements ResultCodec {

	private static final byte NULL = 0;

	private static final byte VALUE = 1;

	private static final int CHECKSUM = Integer.BYTES;

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
		catch (ReadableTypes.Refusal ex) {
			throw refusal(type, ex.reason().problem(), ex.reason().remedy(), ex);
		}
		catch (JacksonException ex) {
			throw refusal(type, ex.getOriginalMessage(),
					TypeRemedy.of(this.mapper.constructType(type), "put @JsonCreator on how it is to be made"), ex);
		}
	}

	private static UnsupportedTypeException refusal(Type type, String problem, String remedy, RuntimeException cause) {
		return new UnsupportedTypeException(
				"%s cannot be read back from JSON: %s".formatted(type.getTypeName(), problem), remedy, cause);
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
		writer(type).writeValue(bytes, new Held<>(result));
		byte[] value = bytes.toByteArray();
		return ByteBuffer.allocate(value.length + CHECKSUM).put(value).putInt(checksum(value, value.length)).array();
	}

	@Override
	public @Nullable Object decode(byte[] bytes, Type type) {
		if (bytes.length == 1 && bytes[0] == NULL && !isPrimitiveValue(type)) {
			return null;
		}
		int end = bytes.length - CHECKSUM;
		if (end > 1 && bytes[0] == VALUE && checksum(bytes, end) == ByteBuffer.wrap(bytes).getInt(end)
				&& !isVoid(type)) {
			Held<?> held = reader(type).readValue(bytes, 1, end - 1);
			if (held != null && held.value() != null) {
				return held.value();
			}
		}
		throw new IllegalArgumentException("the stored bytes are not a value of " + type.getTypeName());
	}

	private static int checksum(byte[] bytes, int length) {
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 0, length);
		return (int) checksum.getValue();
	}

	private ObjectWriter writer(Type type) {
		return this.writers.computeIfAbsent(type, (key) -> this.mapper.writerFor(held(key)));
	}

	private ObjectReader reader(Type type) {
		return this.readers.computeIfAbsent(type, (key) -> this.mapper.readerFor(held(key)));
	}

	private JavaType held(Type type) {
		TypeFactory types = this.mapper.getTypeFactory();
		Type content = (type instanceof Class<?> erased) ? ClassUtils.resolvePrimitiveIfNecessary(erased) : type;
		return types.constructParametricType(Held.class, types.constructType(content));
	}

	private static boolean isVoid(Type type) {
		return type == void.class || type == Void.class;
	}

	private static boolean isPrimitiveValue(Type type) {
		return type instanceof Class<?> erased && erased.isPrimitive() && !isVoid(type);
	}

	/**
	 * What is written. At the top, Jackson would believe the declared type and lose what
	 * a subclass adds, even in a list; as a member, it looks at each value.
	 */
	private record Held<T extends @Nullable Object>(T value) {

	}

}
