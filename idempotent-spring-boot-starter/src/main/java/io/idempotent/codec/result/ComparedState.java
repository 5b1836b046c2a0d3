package io.idempotent.codec.result;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIgnoreType;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.idempotent.codec.payload.ObjectShape;
import tools.jackson.databind.type.TypeFactory;

/**
 * What of a value must come back: the fields that count in its canonical form, except
 * those that its class leaves out of JSON.
 */
final class ComparedState {

	private static final TypeFactory TYPES = TypeFactory.createDefaultInstance();

	private static final ClassValue<List<ObjectShape.Member>> MEMBERS = new ClassValue<>() {

		@Override
		protected List<ObjectShape.Member> computeValue(Class<?> type) {
			return find(type);
		}

	};

	private ComparedState() {
	}

	/**
	 * The members of an object, none if its state is hidden.
	 */
	static List<ObjectShape.Member> membersOf(Class<?> type) {
		return MEMBERS.get(type);
	}

	private static List<ObjectShape.Member> find(Class<?> type) {
		try {
			return ObjectShape.of(TypeFactory.unknownType(), type, TYPES)
				.members()
				.stream()
				.filter((member) -> !isLeftOut(member.field()))
				.toList();
		}
		catch (RuntimeException ex) {
			return List.of();
		}
	}

	private static boolean isLeftOut(Field field) {
		JsonIgnore ignore = field.getAnnotation(JsonIgnore.class);
		if ((ignore != null && ignore.value()) || field.getType().isAnnotationPresent(JsonIgnoreType.class)) {
			return true;
		}
		JsonIgnoreProperties ignored = field.getDeclaringClass().getAnnotation(JsonIgnoreProperties.class);
		JsonProperty named = field.getAnnotation(JsonProperty.class);
		List<String> names = (ignored != null) ? Arrays.asList(ignored.value()) : List.of();
		return names.contains(field.getName()) || (named != null && names.contains(named.value()));
	}

}
