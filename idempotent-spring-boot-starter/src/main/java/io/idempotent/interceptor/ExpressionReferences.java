package io.idempotent.interceptor;

import java.util.Set;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * Checks that what an expression refers to exists: parameters, beans and the properties
 * of the root object, for which a parameter without its {@code #} is taken.
 */
final class ExpressionReferences {

	private static final Set<String> PREDEFINED = Set.of("root", "this");

	private static final Set<String> ROOT_PROPERTIES = Set.of("target", "method", "args");

	private final Parameters parameters;

	private final BeanFactory beanFactory;

	private final String source;

	ExpressionReferences(Parameters parameters, BeanFactory beanFactory, String source) {
		this.parameters = parameters;
		this.beanFactory = beanFactory;
		this.source = source;
	}

	static String nameOf(SpelNode variable) {
		return variable.toStringAST().substring(1);
	}

	void check(SpelNode root) {
		check(root, true, true);
	}

	/**
	 * Checks a node and all below it.
	 * @param node the node
	 * @param onRoot whether the node itself is a member of the root object
	 * @param inRootScope whether what stands below it for itself is one
	 */
	private void check(SpelNode node, boolean onRoot, boolean inRootScope) {
		checkReference(node, onRoot);
		boolean elementScope = node instanceof Projection || node instanceof Selection;
		for (int i = 0; i < node.getChildCount(); i++) {
			SpelNode child = node.getChild(i);
			if (elementScope) {
				check(child, false, false);
			}
			else if (node instanceof CompoundExpression) {
				check(child, (i == 0) ? onRoot : i == 1 && isRoot(node.getChild(0)), inRootScope);
			}
			else {
				check(child, inRootScope && !isLiteralName(node, i), inRootScope);
			}
		}
	}

	private void checkReference(SpelNode node, boolean onRoot) {
		if (node instanceof VariableReference) {
			String name = nameOf(node);
			if (!PREDEFINED.contains(name) && this.parameters.indexOf(name) < 0) {
				throw this.parameters.unknown(name, this.source);
			}
		}
		else if (node instanceof FunctionReference) {
			throw new InvalidDeclarationException(
					"%s calls %s, but there are no functions here".formatted(this.source, node.toStringAST()),
					"Call a method of a bean (@bean.method(...)) or of a type (T(...).method(...))");
		}
		else if (node instanceof BeanReference bean && !this.beanFactory.containsBean(bean.getName())) {
			throw new InvalidDeclarationException(
					"%s refers to the bean '%s', which does not exist".formatted(this.source, bean.getName()),
					"Define the bean or correct its name");
		}
		else if (node instanceof PropertyOrFieldReference property && onRoot
				&& !ROOT_PROPERTIES.contains(property.getName())) {
			throw notOnRoot(property.getName(), "#" + property.getName());
		}
		else if (node instanceof MethodReference method && onRoot) {
			throw notOnRoot(method.toStringAST(), "#root.target." + method.toStringAST());
		}
	}

	private InvalidDeclarationException notOnRoot(String member, String suggestion) {
		return new InvalidDeclarationException(
				"%s refers to %s, which #root does not have".formatted(this.source, member),
				"Write %s to refer to a parameter or to the bean; #root has target, method and args"
					.formatted(suggestion));
	}

	private static boolean isRoot(SpelNode node) {
		return node instanceof VariableReference && nameOf(node).equals("root");
	}

	/**
	 * {@code map[name]} and <code>{name: value}</code> take the name as it stands.
	 */
	private static boolean isLiteralName(SpelNode parent, int child) {
		return parent instanceof Indexer || (parent instanceof InlineMap && child % 2 == 0);
	}

}
