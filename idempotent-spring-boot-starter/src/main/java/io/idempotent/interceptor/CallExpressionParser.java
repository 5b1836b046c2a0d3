package io.idempotent.interceptor;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * Parses the expressions of one method, once, and refuses those that could never be
 * evaluated.
 */
final class CallExpressionParser {

	private final Parameters parameters;

	private final BeanFactory beanFactory;

	CallExpressionParser(Parameters parameters, BeanFactory beanFactory) {
		this.parameters = parameters;
		this.beanFactory = beanFactory;
	}

	CallExpression parse(String attribute, String text) {
		int argument = text.startsWith("#") ? this.parameters.indexOf(text.substring(1)) : -1;
		if (argument >= 0) {
			// most are no more than this, for which nobody has to load a language
			return new CallExpression(attribute, text, null, argument, Set.of(argument));
		}
		return parseSpel(attribute, text);
	}

	private CallExpression parseSpel(String attribute, String text) {
		String source = "expression '%s' of `%s`".formatted(text, attribute);
		SpelExpression expression = parseRaw(text, source);
		SpelNode root = expression.getAST();
		new ExpressionReferences(this.parameters, this.beanFactory, source).check(root);
		Stream<SpelNode> elements = (root instanceof InlineList)
				? IntStream.range(0, root.getChildCount()).mapToObj(root::getChild) : Stream.of(root);
		Set<Integer> arguments = elements.map(this::argumentOf)
			.filter((index) -> index >= 0)
			.collect(Collectors.toUnmodifiableSet());
		int argument = argumentOf(root);
		return new CallExpression(attribute, text, (argument < 0) ? expression : null, argument, arguments);
	}

	private static SpelExpression parseRaw(String text, String source) {
		try {
			return new SpelExpressionParser().parseRaw(text);
		}
		// some syntax errors leave the parser as an IllegalStateException
		catch (ParseException | IllegalStateException ex) {
			throw new InvalidDeclarationException("%s cannot be parsed: %s".formatted(source, ex.getMessage()),
					"Write a plain SpEL expression such as #name, without #{...} and ${...}", ex);
		}
	}

	private int argumentOf(SpelNode node) {
		return (node instanceof VariableReference) ? this.parameters.indexOf(ExpressionReferences.nameOf(node)) : -1;
	}

}
