package io.idempotent.interceptor;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.Expression;

/**
 * An expression of the annotation, parsed and checked.
 *
 * @param attribute the attribute it stands in
 * @param text the expression as it was written
 * @param expression the parsed expression, null if it is an argument and nothing more
 * @param argument the index of the argument that it is and nothing more, -1 for anything
 * else
 * @param arguments the indexes of all arguments that it is, as such or as an element of a
 * list
 * @param references the indexes of all arguments that it refers to, wherever
 */
record CallExpression(String attribute, String text, @Nullable Expression expression, int argument,
		Set<Integer> arguments, Set<Integer> references) {

	@Nullable Object valueFor(IdempotentCall call) {
		if (this.expression == null) {
			return call.argument(this.argument);
		}
		try {
			return this.expression.getValue(call.evaluationContext());
		}
		catch (JoinedText.MissingPartException ex) {
			return null;
		}
		catch (RuntimeException ex) {
			throw new IllegalArgumentException(
					"%s of `%s` could not be evaluated: %s".formatted(this, this.attribute, ex.getMessage()), ex);
		}
	}

	@Override
	public String toString() {
		return "expression '" + this.text + "'";
	}

}
