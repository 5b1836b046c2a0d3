package io.idempotent.interceptor;

import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.Ternary;
import org.springframework.expression.spel.ast.TypeReference;
import org.springframework.expression.spel.standard.SpelExpression;

/**
 * Makes an expression that joins texts have no value if a part of it has none: the
 * language would write such a part as {@code null}, and all calls without it would share
 * one key.
 */
final class JoinedText {

	private static final Set<String> STRING = Set.of("T(String)", "T(java.lang.String)");

	private static final Set<String> JOINING = Set.of("format", "formatted", "join", "valueOf");

	private JoinedText() {
	}

	/**
	 * Returns the expression, which throws {@link MissingPartException} in place of
	 * joining a null.
	 */
	static SpelExpression of(String text, SpelExpression expression) {
		return new SpelExpression(text, strict((SpelNodeImpl) expression.getAST()), new SpelParserConfiguration());
	}

	private static SpelNodeImpl strict(SpelNodeImpl node) {
		int start = node.getStartPosition();
		int end = node.getEndPosition();
		if (node instanceof OpPlus && node.getChildCount() > 1) {
			return new OpPlus(start, end, children(node, JoinedText::required));
		}
		if (node instanceof InlineList) {
			return new InlineList(start, end, children(node, JoinedText::strict));
		}
		if (node instanceof Ternary) {
			return new Ternary(start, end, children(node, JoinedText::strict));
		}
		if (node instanceof CompoundExpression) {
			SpelNodeImpl[] children = children(node, JoinedText::strict);
			if (node.getChild(0) instanceof StringLiteral || isString((SpelNodeImpl) node.getChild(0))) {
				children[1] = joining(children[1]);
			}
			return new CompoundExpression(start, end, children);
		}
		return node;
	}

	private static SpelNodeImpl joining(SpelNodeImpl node) {
		return (node instanceof MethodReference method && JOINING.contains(method.getName()))
				? new MethodReference(method.isNullSafe(), method.getName(), node.getStartPosition(),
						node.getEndPosition(), children(node, JoinedText::required))
				: node;
	}

	private static boolean isString(SpelNodeImpl node) {
		return node instanceof TypeReference && STRING.contains(node.toStringAST());
	}

	private static SpelNodeImpl[] children(SpelNodeImpl node, UnaryOperator<SpelNodeImpl> change) {
		return IntStream.range(0, node.getChildCount())
			.mapToObj((index) -> change.apply((SpelNodeImpl) node.getChild(index)))
			.toArray(SpelNodeImpl[]::new);
	}

	private static SpelNodeImpl required(SpelNodeImpl node) {
		return (node instanceof Literal) ? node : new Required(strict(node));
	}

	/**
	 * A part without which there is no text.
	 */
	private static final class Required extends SpelNodeImpl {

		Required(SpelNodeImpl part) {
			super(part.getStartPosition(), part.getEndPosition(), part);
		}

		@Override
		public TypedValue getValueInternal(ExpressionState state) {
			TypedValue value = this.children[0].getValueInternal(state);
			if (value.getValue() == null) {
				throw new MissingPartException();
			}
			return value;
		}

		@Override
		public String toStringAST() {
			return this.children[0].toStringAST();
		}

	}

	/**
	 * Says that a part has no value, so that the whole has none.
	 */
	static final class MissingPartException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		MissingPartException() {
			super(null, null, false, false);
		}

	}

}
