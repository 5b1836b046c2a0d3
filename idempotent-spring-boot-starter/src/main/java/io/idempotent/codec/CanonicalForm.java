package io.idempotent.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
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

import org.springframework.util.CollectionUtils;

/**
 * Writes values in canonical form: equal for equal values, different for different ones.
 * <p>
 * One {@code write} writes one value, which starts with a tag: {@code 0} null,
 * {@code t f} booleans, {@code n} number, {@code s} text, {@code e} constant, {@code b}
 * bytes, {@code [ ]} list, {@code < >} set, <code>{ }</code> map, {@code ( )} object,
 * {@code c} class of the next constant or object.
 */
final class CanonicalForm {

	/** A cycle is met at this depth, before it can branch. */
	private static final int MAX_DEPTH = 200;

	/** Bounds endless collections and objects that are reached on very many ways. */
	private static final int MAX_VALUES = 1_000_000;

	private static final JavaType ANY = TypeFactory.unknownType();

	private final BiFunction<JavaType, Class<?>, ObjectShape> shapes;

	private CanonicalSink sink = new CanonicalSink();

	private int depth;

	private int values;

	CanonicalForm(BiFunction<JavaType, Class<?>, ObjectShape> shapes) {
		this.shapes = shapes;
	}

	byte[] digest() {
		return this.sink.finish();
	}

	void write(@Nullable Object value, JavaType declared) {
		if (++this.depth > MAX_DEPTH) {
			throw new IllegalArgumentException("it contains itself or is nested more than " + MAX_DEPTH + " deep");
		}
		count();
		if (value == null) {
			this.sink.tag('0');
		}
		else if (value instanceof String text) {
			this.sink.text('s', text);
		}
		else if (!writeScalar(value, declared)) {
			writeStructure(value, declared);
		}
		this.depth--;
	}

	private boolean writeScalar(Object value, JavaType declared) {
		if (value instanceof Boolean flag) {
			this.sink.tag(flag ? 't' : 'f');
			return true;
		}
		if (value instanceof Enum<?> constant) {
			Class<?> type = constant.getDeclaringClass();
			writeClass(declared.hasRawClass(type) ? null : ObjectShape.nameOf(type));
			this.sink.text('e', constant.name());
			return true;
		}
		if (value instanceof byte[] bytes) {
			this.sink.bytes('b', bytes);
			return true;
		}
		boolean number = value instanceof Number;
		String text = number ? CanonicalNumber.textOf((Number) value) : CanonicalText.of(value);
		if (text != null) {
			this.sink.text(number ? 'n' : 's', text);
		}
		return text != null;
	}

	private void writeStructure(Object value, JavaType declared) {
		if (OptionalContent.isOptional(value)) {
			write(OptionalContent.of(value), contentOf(declared));
		}
		else if (value instanceof Map<?, ?> map) {
			writeMap(map.entrySet(), contentOf(declared));
		}
		else if (value instanceof Set<?> set) {
			writeSet(set, contentOf(declared));
		}
		else if (value instanceof Collection<?> collection) {
			writeList(collection.iterator(), contentOf(declared));
		}
		else if (value.getClass().isArray()) {
			writeList(CollectionUtils.arrayToList(value).iterator(), contentOf(declared));
		}
		else if (value instanceof JsonNode node) {
			writeNode(node);
		}
		else {
			writeObject(value, this.shapes.apply(declared, value.getClass()));
		}
	}

	private void writeList(Iterator<?> elements, JavaType type) {
		this.sink.tag('[');
		while (elements.hasNext()) {
			write(elements.next(), type);
		}
		this.sink.tag(']');
	}

	private void writeSet(Set<?> set, JavaType type) {
		CanonicalSink outer = this.sink;
		this.sink = new CanonicalSink();
		List<byte[]> digests = new ArrayList<>();
		for (Object element : set) {
			write(element, type);
			digests.add(this.sink.finish());
		}
		this.sink = outer;
		digests.sort(Arrays::compare);
		this.sink.tag('<');
		digests.forEach((digest) -> this.sink.bytes('b', digest));
		this.sink.tag('>');
	}

	private void writeMap(Iterable<? extends Map.Entry<?, ?>> entries, JavaType type) {
		Map<String, @Nullable Object> sorted = new TreeMap<>();
		for (Map.Entry<?, ?> entry : entries) {
			count();
			String key = CanonicalText.ofKey(entry.getKey());
			if (sorted.containsKey(key)) {
				throw new IllegalArgumentException("a map has two keys that are written alike");
			}
			sorted.put(key, entry.getValue());
		}
		this.sink.tag('{');
		sorted.forEach((key, value) -> {
			this.sink.text('s', key);
			write(value, type);
		});
		this.sink.tag('}');
	}

	private void writeNode(JsonNode node) {
		switch (node.getNodeType()) {
			case OBJECT -> writeMap(node.properties(), ANY);
			case ARRAY -> writeList(node.values().iterator(), ANY);
			case STRING -> write(node.stringValue(), ANY);
			case NUMBER -> write(node.numberValue(), ANY);
			case BOOLEAN -> write(node.booleanValue(), ANY);
			case BINARY -> write(node.binaryValue(), ANY);
			case POJO -> write(((POJONode) node).getPojo(), ANY);
			case NULL, MISSING -> write(null, ANY);
		}
	}

	private void writeObject(Object value, ObjectShape shape) {
		writeClass(shape.className());
		this.sink.tag('(');
		for (ObjectShape.Member member : shape.members()) {
			Object content = member.valueIn(value);
			if (content != null && !OptionalContent.isEmpty(content)) {
				this.sink.text('s', member.name());
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

	private void count() {
		if (++this.values > MAX_VALUES) {
			throw new IllegalArgumentException("it has more than " + MAX_VALUES + " values");
		}
	}

	private static JavaType contentOf(JavaType declared) {
		JavaType content = declared.getContentType();
		return (content != null) ? content : ANY;
	}

}
