package io.idempotent.interceptor;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.engine.operation.KeyFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ResolvableType;
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

	private static final Logger logger = LoggerFactory.getLogger(CallExpressionParser.class);

	private static final Map<String, String> CONSTANT = Map.of("key",
			"all calls are one operation, and only the first one runs. Refer to what tells them apart, such as key = \"#orderId\"",
			"scope",
			"all callers share their keys. Refer to whose key it is, such as scope = \"#tenantId\", or say so: scope = Idempotent.UNSCOPED",
			"payload", "nothing is compared. Refer to what must be equal, or say so: payload = Idempotent.UNCHECKED");

	/** By attribute, as more than one thing is read of each. */
	private final Map<String, CallExpression> parsed = new HashMap<>();

	private final AnnotatedMethod method;

	private final Parameters parameters;

	private final BeanFactory beanFactory;

	CallExpressionParser(AnnotatedMethod method, Parameters parameters, BeanFactory beanFactory) {
		this.method = method;
		this.parameters = parameters;
		this.beanFactory = beanFactory;
	}

	CallExpression parse(String attribute, String text) {
		return this.parsed.computeIfAbsent(attribute, (first) -> parseOnce(attribute, text));
	}

	private CallExpression parseOnce(String attribute, String text) {
		String source = "expression '%s' of `%s`".formatted(text, attribute);
		int argument = text.startsWith("#") ? this.parameters.indexOf(text.substring(1)) : -1;
		if (argument >= 0) {
			validate(attribute, source, ResolvableType.forType(this.parameters.type(argument)));
			// most are no more than this, for which nobody has to load a language
			return new CallExpression(attribute, text, null, argument, Set.of(argument), Set.of(argument));
		}
		return parseSpel(attribute, text, source);
	}

	private CallExpression parseSpel(String attribute, String text, String source) {
		SpelExpression expression = parseRaw(text, source);
		SpelNode root = expression.getAST();
		ExpressionReferences references = new ExpressionReferences(this.parameters, this.beanFactory, source,
				!attribute.equals("payload"));
		check(references, root, attribute, source);
		if (references.isConstant()) {
			logger.warn("@Idempotent on {}: {} does not depend on the call, so {}.", this.method, source,
					CONSTANT.get(attribute));
		}
		Stream<SpelNode> elements = (root instanceof InlineList)
				? IntStream.range(0, root.getChildCount()).mapToObj(root::getChild) : Stream.of(root);
		Set<Integer> arguments = elements.map(this::argumentOf)
			.filter((index) -> index >= 0)
			.collect(Collectors.toUnmodifiableSet());
		int argument = argumentOf(root);
		Set<Integer> referenced = nodes(root).map(this::argumentOf)
			.filter((index) -> index >= 0)
			.collect(Collectors.toUnmodifiableSet());
		if (argument >= 0) {
			return new CallExpression(attribute, text, null, argument, arguments, referenced);
		}
		// a payload may lack a part: it is compared, and never says which call it is
		SpelExpression evaluated = attribute.equals("payload") ? expression : JoinedText.of(text, expression);
		return new CallExpression(attribute, text, evaluated, argument, arguments, referenced);
	}

	private static Stream<SpelNode> nodes(SpelNode node) {
		return Stream.concat(Stream.of(node),
				IntStream.range(0, node.getChildCount()).mapToObj(node::getChild).flatMap(CallExpressionParser::nodes));
	}

	private void check(ExpressionReferences references, SpelNode node, String attribute, String source) {
		if (node instanceof InlineList && attribute.equals("key")) {
			for (int i = 0; i < node.getChildCount(); i++) {
				check(references, node.getChild(i), attribute, source);
			}
			return;
		}
		ResolvableType type = references.check(node);
		if (type != null) {
			validate(attribute, source, type);
		}
	}

	/**
	 * Refuses a type of which no value can be what the attribute wants.
	 */
	private static void validate(String attribute, String source, ResolvableType type) {
		try {
			switch (attribute) {
				case "key" -> KeyFormatter.validate(type);
				case "scope" -> KeyFormatter.validateSimple(type.resolve(Object.class));
				default -> {
				}
			}
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidDeclarationException("%s can never be used: %s".formatted(source, ex.getMessage()),
					"Refer to what has a text or a number that identifies it", ex);
		}
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
