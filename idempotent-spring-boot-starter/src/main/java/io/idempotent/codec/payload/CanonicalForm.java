package io.idempotent.codec.payload;

import java.lang.reflect.Array;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;
import tools.jackson.databind.type.TypeFactory;

/**
 * Writes values in canonical form: equal for equal values, different for different ones.
 * <p>
 * One {@code write} writes one value, which starts with a tag: {@code 0} null,
 * {@code t f} booleans, {@code n} number, {@code s} text, {@code e} constant, {@code b}
 * bytes, {@code [ ]} list, {@code < >} set, <code>{ }</code> map, {@code ( )} object,
 * {@code c} class of the next constant or object.
 */
public final class CanonicalForm {

	private static final JavaType ANY = TypeFactory.unknownType();

	private final BiFunction<JavaType, Class<?>, ObjectShape> shapes;

	private CanonicalSink sink = new CanonicalSink();

	/** Those of sets that are finished. */
	private final Deque<CanonicalSink> spareSinks = new ArrayDeque<>();

	private final CanonicalLimits limits = new CanonicalLimits();

	public CanonicalForm(byte[] start, BiFunction<JavaType, Class<?>, ObjectShape> shapes) {
		this.shapes = shapes;
		this.sink.piece(start);
	}

	public byte[] digest() {
		return this.sink.finish();
	}

	public void write(@Nullable Object value, JavaType declared) {
		this.limits.enter();
		if (value == null) {
			this.sink.tag('0');
		}
		else {
			write(value, CanonicalKind.of(value), declared);
		}
		this.limits.leave();
	}

	private void write(Object value, CanonicalKind kind, JavaType declared) {
		switch (kind) {
			case TEXT -> writeText('s', CanonicalText.of(value));
			case NUMBER -> writeNumber((Number) value);
			case BOOLEAN -> this.sink.tag(((Boolean) value) ? 't' : 'f');
			case CONSTANT -> writeConstant((Enum<?>) value, declared);
			case BYTES -> writeBytes((byte[]) value);
			case OPTIONAL -> write(OptionalContent.of(value), contentOf(declared));
			case MAP -> writeMap(((Map<?, ?>) LazyState.of(value)).entrySet(), contentOf(declared));
			case SET -> writeSet((Set<?>) LazyState.of(value), contentOf(declared));
			case LIST -> writeList((Iterable<?>) LazyState.of(value), contentOf(declared));
			case ARRAY -> writeArray(value, contentOf(declared));
			case TREE -> writeTree((JsonNode) value);
			case OBJECT -> writeObject(LazyState.of(value), declared);
		}
	}

	private void writeText(char tag, String text) {
		this.limits.weigh(text.length());
		this.sink.text(tag, text);
	}

	private void writeNumber(Number number) {
		String text = CanonicalNumber.textOf(number);
		this.limits.weigh(CanonicalNumber.bitsOf(number));
		this.sink.text('n', text);
	}

	private void writeBytes(byte[] bytes) {
		this.limits.weigh(bytes.length);
		this.sink.bytes('b', bytes);
	}

	private void writeConstant(Enum<?> constant, JavaType declared) {
		Class<?> type = constant.getDeclaringClass();
		writeClass(declared.hasRawClass(type) ? null : ObjectShape.nameOf(type));
		this.sink.text('e', constant.name());
	}

	private void writeList(Iterable<?> elements, JavaType type) {
		this.sink.tag('[');
		for (Object element : elements) {
			write(element, type);
		}
		this.sink.tag(']');
	}

	/**
	 * Element by element, because a list of them would box all elements of a primitive
	 * array at once.
	 */
	private void writeArray(Object array, JavaType type) {
		this.sink.tag('[');
		for (int i = 0; i < Array.getLength(array); i++) {
			write(Array.get(array, i), type);
		}
		this.sink.tag(']');
	}

	private void writeSet(Set<?> set, JavaType type) {
		CanonicalSink outer = this.sink;
		CanonicalSink inner = this.spareSinks.isEmpty() ? new CanonicalSink() : this.spareSinks.pop();
		this.sink = inner;
		List<byte[]> digests = new ArrayList<>();
		for (Object element : set) {
			write(element, type);
			digests.add(this.sink.finish());
		}
		this.spareSinks.push(inner);
		this.sink = outer;
		digests.sort(Arrays::compare);
		this.sink.tag('<');
		digests.forEach((digest) -> this.sink.bytes('b', digest));
		this.sink.tag('>');
	}

	private void writeMap(Iterable<? extends Map.Entry<?, ?>> entries, JavaType type) {
		Map<String, @Nullable Object> sorted = new TreeMap<>();
		for (Map.Entry<?, ?> entry : entries) {
			this.limits.count();
			String key = CanonicalText.ofKey(entry.getKey());
			if (sorted.containsKey(key)) {
				throw new IllegalArgumentException("a map has two keys that are written alike");
			}
			sorted.put(key, entry.getValue());
		}
		this.sink.tag('{');
		sorted.forEach((key, value) -> {
			writeText('s', key);
			write(value, type);
		});
		this.sink.tag('}');
	}

	private void writeTree(JsonNode node) {
		switch (node.getNodeType()) {
			case OBJECT -> writeMap(node.properties(), ANY);
			case ARRAY -> writeList(node.values(), ANY);
			case STRING -> write(node.stringValue(), ANY);
			case NUMBER -> write(node.numberValue(), ANY);
			case BOOLEAN -> write(node.booleanValue(), ANY);
			case BINARY -> write(node.binaryValue(), ANY);
			case POJO -> write(((POJONode) node).getPojo(), ANY);
			case NULL, MISSING -> write(null, ANY);
		}
	}

	private void writeObject(Object value, JavaType declared) {
		ObjectShape shape = this.shapes.apply(declared, value.getClass());
		writeClass(shape.className());
		this.sink.tag('(');
		for (ObjectShape.Member member : shape.members()) {
			Object content = member.valueIn(value);
			if (content != null && !OptionalContent.isEmpty(content)) {
				this.sink.piece(member.head());
				write(content, member.type());
			}
		}
		this.sink.tag(')');
	}

	private void writeClass(@Nullable String name) {
		if (name != null) {
			this.sink.text('c', name);
		}
	}

	private static JavaType contentOf(JavaType declared) {
		JavaType content = declared.getContentType();
		return (content != null) ? content : ANY;
	}

}
