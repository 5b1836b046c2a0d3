package io.idempotent.codec.result;

import java.util.function.Function;

import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.std.StdConvertingDeserializer;
import tools.jackson.databind.ser.std.StdConvertingSerializer;
import tools.jackson.databind.type.TypeFactory;
import tools.jackson.databind.util.Converter;

/**
 * How values of a type are written as those of another one, which JSON keeps exactly, and
 * are made from them again.
 *
 * @param type the type
 * @param written the type that is written
 * @param write makes what is written of a value
 * @param read makes the value of what was written
 */
record Form(JavaType type, JavaType written, Function<Object, Object> write, Function<Object, Object> read) {

	/**
	 * A form of values that are instances of one class and written as those of another.
	 */
	@SuppressWarnings("unchecked") // Jackson hands over what it was told the types are
	static <A, B> Form of(JavaType type, JavaType written, Function<A, B> write, Function<B, A> read) {
		return new Form(type, written, (Function<Object, Object>) write, (Function<Object, Object>) read);
	}

	ValueSerializer<?> serializer() {
		return new StdConvertingSerializer(new Conversion(this.type, this.written, this.write), this.written, null,
				null);
	}

	ValueDeserializer<?> deserializer() {
		return new StdConvertingDeserializer<>(new Conversion(this.written, this.type, this.read));
	}

	private record Conversion(JavaType from, JavaType to,
			Function<Object, Object> function) implements Converter<Object, Object> {

		@Override
		public Object convert(DeserializationContext context, Object value) {
			return this.function.apply(value);
		}

		@Override
		public Object convert(SerializationContext context, Object value) {
			return this.function.apply(value);
		}

		@Override
		public JavaType getInputType(TypeFactory types) {
			return this.from;
		}

		@Override
		public JavaType getOutputType(TypeFactory types) {
			return this.to;
		}

	}

}
