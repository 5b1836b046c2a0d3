package io.idempotent.codec.payload;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

import tools.jackson.databind.JsonNode;

/**
 * How values of a class are written. Found once per class, because asking a value in turn
 * whether it is a map, a set or a list takes longer than to write it.
 */
public enum CanonicalKind {

	TEXT, NUMBER, BOOLEAN, CONSTANT, BYTES, OPTIONAL, MAP, SET, LIST, ARRAY, TREE, OBJECT;

	private static final ClassValue<CanonicalKind> KINDS = new ClassValue<>() {

		@Override
		protected CanonicalKind computeValue(Class<?> type) {
			return find(type);
		}

	};

	public static CanonicalKind of(Object value) {
		return KINDS.get(value.getClass());
	}

	private static CanonicalKind find(Class<?> type) {
		if (CanonicalText.isText(type)) {
			return TEXT;
		}
		if (CanonicalNumber.isNumber(type)) {
			return NUMBER;
		}
		if (type == Boolean.class) {
			return BOOLEAN;
		}
		if (Enum.class.isAssignableFrom(type)) {
			return CONSTANT;
		}
		if (type.isArray()) {
			return (type == byte[].class) ? BYTES : ARRAY;
		}
		if (OptionalContent.isOptional(type)) {
			return OPTIONAL;
		}
		return findContainer(type);
	}

	private static CanonicalKind findContainer(Class<?> type) {
		if (Map.class.isAssignableFrom(type)) {
			return MAP;
		}
		if (Set.class.isAssignableFrom(type)) {
			return SET;
		}
		if (Collection.class.isAssignableFrom(type)) {
			return LIST;
		}
		return JsonNode.class.isAssignableFrom(type) ? TREE : OBJECT;
	}

}
