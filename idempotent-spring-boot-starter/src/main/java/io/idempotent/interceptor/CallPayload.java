package io.idempotent.interceptor;

import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.idempotent.Idempotent;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;

/**
 * What must be equal for a call to be a retry of the same request.
 *
 * @param parts its parts; where there are none, any call with the same key is a retry
 * @param description what it consists of, for people
 * @param digester makes fingerprints
 */
record CallPayload(List<Part> parts, String description, PayloadDigester digester) {

	@Nullable Fingerprint fingerprintOf(IdempotentCall call) {
		if (this.parts.isEmpty()) {
			return null;
		}
		List<PayloadDigester.Part> values = new ArrayList<>(this.parts.size());
		for (Part part : this.parts) {
			values.add(part.of(call));
		}
		return this.digester.digest(values);
	}

	static CallPayload of(Idempotent annotation, Parameters parameters, CallExpression key,
			CallExpressionParser expressions, PayloadDigester digester) {
		if (annotation.payload().equals(Idempotent.UNCHECKED)) {
			return new CallPayload(List.of(), "nothing (only the key)", digester);
		}
		if (!annotation.payload().isEmpty()) {
			CallExpression expression = expressions.parse("payload", annotation.payload());
			expression.arguments().forEach((index) -> parameters.validate(index, digester));
			Type type = (expression.argument() >= 0) ? parameters.type(expression.argument()) : Object.class;
			return new CallPayload(List.of(new Part(expression.toString(), type, expression::valueFor)),
					expression.toString(), digester);
		}
		return ofArguments(parameters, key, digester);
	}

	/**
	 * What an expression over a web request says.
	 */
	static CallPayload ofRequest(String payload, CallExpressionParser expressions, PayloadDigester digester) {
		CallExpression expression = expressions.parse("payload", payload);
		return new CallPayload(List.of(new Part(expression.toString(), Object.class, expression::valueFor)),
				expression.toString(), digester);
	}

	private static CallPayload ofArguments(Parameters parameters, CallExpression key, PayloadDigester digester) {
		List<Integer> indexes = IntStream.range(0, parameters.count())
			.filter((index) -> !key.arguments().contains(index) && !parameters.isOfFramework(index))
			.boxed()
			.toList();
		indexes.forEach((index) -> parameters.validate(index, digester));
		List<Part> parts = indexes.stream().map((index) -> argument(parameters, index)).toList();
		String names = indexes.stream().map(parameters::label).collect(Collectors.joining(", "));
		String description = switch (parts.size()) {
			case 0 -> "nothing (only the key)";
			case 1 -> "the argument " + names;
			default -> "the arguments " + names;
		};
		return new CallPayload(parts, description, digester);
	}

	private static Part argument(Parameters parameters, int index) {
		return new Part("argument '%s'".formatted(parameters.label(index)), parameters.type(index),
				(call) -> call.argument(index));
	}

	/**
	 * One value of the payload.
	 *
	 * @param name how to call it in an error
	 * @param type its declared type
	 * @param value reads it
	 */
	record Part(String name, Type type, Function<IdempotentCall, @Nullable Object> value) {

		PayloadDigester.Part of(IdempotentCall call) {
			return new PayloadDigester.Part(this.name, this.type, this.value.apply(call));
		}

	}

}
