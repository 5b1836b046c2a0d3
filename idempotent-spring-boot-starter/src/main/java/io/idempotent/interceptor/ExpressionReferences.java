package io.idempotent.interceptor;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.idempotent.engine.operation.InvalidDeclarationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.Elvis;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.OpDivide;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.Ternary;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.support.ReflectivePropertyAccessor;
import org.springframework.util.ClassUtils;

/**
 * Checks that what an expression refers to exists: parameters, beans, the properties of
 * the root object, for which a parameter without its {@code #} is taken, and, as far as
 * declared types say, properties and methods of anything else.
 */
final class ExpressionReferences {

	private static final ResolvableType ROOT = ResolvableType.forClass(CallEvaluationContext.Root.class);

	private static final Set<String> OF_THE_CALL = Set.of("target", "args");

	/** What is another value each time, whatever is made of it. */
	private static final Set<String> RANDOM = Set.of("T(java.util.UUID).randomUUID", "T(java.lang.Math).random",
			"T(java.lang.StrictMath).random", "T(java.lang.System).nanoTime", "T(java.lang.System).identityHashCode");

	/** What is another value each time, unless it is rounded. */
	private static final Set<String> NOW = Set.of("T(java.time.Instant).now", "T(java.time.LocalDateTime).now",
			"T(java.time.ZonedDateTime).now", "T(java.time.OffsetDateTime).now",
			"T(java.lang.System).currentTimeMillis", "new java.util.Date");

	private static final Set<String> EXACT = Set.of("toString", "toEpochMilli", "toInstant", "getTime");

	private static final Accessor ACCESSOR = new Accessor();

	private final Parameters parameters;

	private final BeanFactory beanFactory;

	private final String source;

	/** Whether an element of what may have no order would be another one each time. */
	private final boolean strict;

	private boolean constant = true;

	/** Inside of what may choose another value instead. */
	private boolean optional;

	/** Inside of what may round its operands. */
	private boolean rounded;

	/**
	 * Creates the check of one expression.
	 * @param strict whether to refuse what may depend on the order of a hash table, and
	 * not only what certainly does
	 */
	ExpressionReferences(Parameters parameters, BeanFactory beanFactory, String source, boolean strict) {
		this.parameters = parameters;
		this.beanFactory = beanFactory;
		this.source = source;
		this.strict = strict;
	}

	static String nameOf(SpelNode variable) {
		return variable.toStringAST().substring(1);
	}

	/**
	 * Checks an expression, or a part of it that stands for itself.
	 * @return the type of its values, null if it is not known
	 */
	@Nullable ResolvableType check(SpelNode root) {
		return check(root, ROOT, ROOT);
	}

	/**
	 * Whether nothing that was checked can change from call to call.
	 */
	boolean isConstant() {
		return this.constant;
	}

	/**
	 * Checks a node and all below it.
	 * @param node the node
	 * @param owner what the node is a member of, null if it is not known
	 * @param scope what the names below it that stand for themselves are members of
	 */
	private @Nullable ResolvableType check(SpelNode node, @Nullable ResolvableType owner,
			@Nullable ResolvableType scope) {
		if (node instanceof CompoundExpression) {
			ResolvableType current = owner;
			for (int i = 0; i < node.getChildCount(); i++) {
				current = check(node.getChild(i), current, scope);
			}
			requireRepeatable(node);
			return current;
		}
		if (node instanceof ConstructorReference) {
			requireRepeatable(node);
		}
		ResolvableType operand = contentOf(node, owner);
		if (node instanceof Projection || node instanceof Selection) {
			return checkElements(node, operand);
		}
		boolean wasOptional = this.optional;
		boolean wasRounded = this.rounded;
		this.optional |= node instanceof Ternary || node instanceof Elvis;
		this.rounded |= node instanceof OpDivide || node instanceof MethodReference;
		for (int i = 0; i < node.getChildCount(); i++) {
			if (!isLiteralName(node, i)) {
				check(node.getChild(i), scope, scope);
			}
		}
		this.optional = wasOptional;
		this.rounded = wasRounded;
		return typeOf(node, operand, scope);
	}

	/**
	 * Refuses what no retry would give again.
	 * @param node a chain of members, or the creation of an object
	 */
	private void requireRepeatable(SpelNode node) {
		boolean chain = node instanceof CompoundExpression;
		boolean creation = !chain || node.getChild(0) instanceof ConstructorReference;
		int read = creation ? 1 : 2;
		String text = creation ? (chain ? node.getChild(0) : node).toStringAST()
				: qualified(node.getChild(0)) + "." + node.getChild(1).toStringAST();
		String called = text.substring(0, Math.max(0, text.indexOf('(', text.startsWith("T(") ? 2 : 0)));
		boolean exact = !creation || text.endsWith("()");
		for (int i = read; chain && i < node.getChildCount(); i++) {
			SpelNode next = node.getChild(i);
			exact &= (next instanceof MethodReference method && EXACT.contains(method.getName()))
					|| (next instanceof PropertyOrFieldReference property && property.getName().equals("time"));
		}
		if (!this.optional && (RANDOM.contains(called) || (NOW.contains(called) && exact && !this.rounded))) {
			throw new InvalidDeclarationException(
					"%s is another value at each call, because of %s, so that no retry would be known as one"
						.formatted(this.source, text),
					"Refer to what a retry repeats, such as an id that its sender has made");
		}
	}

	/** Types of java.lang may be written without their package. */
	private static String qualified(SpelNode type) {
		String text = type.toStringAST();
		return text.contains(".") ? text : text.replace("T(", "T(java.lang.");
	}

	private @Nullable ResolvableType typeOf(SpelNode node, @Nullable ResolvableType operand,
			@Nullable ResolvableType scope) {
		if (node instanceof VariableReference) {
			return variable(nameOf(node), scope);
		}
		if (node instanceof PropertyOrFieldReference property) {
			return property(property.getName(), operand);
		}
		if (node instanceof MethodReference method) {
			return method(method, operand);
		}
		if (node instanceof Indexer) {
			return indexed(node, operand);
		}
		if (node instanceof Literal literal) {
			return ResolvableType.forInstance(literal.getLiteralValue().getValue());
		}
		if (node instanceof FunctionReference) {
			throw new InvalidDeclarationException(
					"%s calls %s, but there are no functions here".formatted(this.source, node.toStringAST()),
					"Call a method of a bean (@bean.method(...)) or of a type (T(...).method(...))");
		}
		if (node instanceof BeanReference bean && !this.beanFactory.containsBean(bean.getName())) {
			throw new InvalidDeclarationException(
					"%s refers to the bean '%s', which does not exist".formatted(this.source, bean.getName()),
					"Define the bean or correct its name");
		}
		this.constant &= !(node instanceof BeanReference || node instanceof ConstructorReference);
		return null;
	}

	private @Nullable ResolvableType variable(String name, @Nullable ResolvableType scope) {
		if (name.equals("root")) {
			return ROOT;
		}
		if (name.equals("this")) {
			return scope;
		}
		int index = this.parameters.indexOf(name);
		if (index < 0) {
			throw this.parameters.unknown(name, this.source);
		}
		this.constant = false;
		return ResolvableType.forType(this.parameters.type(index));
	}

	private @Nullable ResolvableType property(String name, @Nullable ResolvableType owner) {
		Class<?> type = rawClassOf(owner);
		if (owner == null || type == null || (type.isArray() && name.equals("length"))) {
			return null;
		}
		this.constant &= !isRoot(type) || !OF_THE_CALL.contains(name);
		Method getter = ACCESSOR.findGetterForProperty(name, type, false);
		if (getter != null) {
			return ofMember(getter.getGenericReturnType(), getter.getDeclaringClass(), owner);
		}
		Field field = ACCESSOR.findField(name, type, false);
		if (field != null) {
			return ofMember(field.getGenericType(), field.getDeclaringClass(), owner);
		}
		if (isRoot(type)) {
			throw notOnRoot(name, "#" + name);
		}
		if (!mayHaveMore(type)) {
			Set<String> names = propertiesOf(type);
			throw new InvalidDeclarationException(
					"%s refers to the property '%s', which a %s does not have".formatted(this.source, name,
							type.getTypeName()),
					names.isEmpty() ? "It has no properties to refer to"
							: "Its properties are " + String.join(", ", names));
		}
		return null;
	}

	private @Nullable ResolvableType method(MethodReference node, @Nullable ResolvableType owner) {
		Class<?> type = rawClassOf(owner);
		if (owner == null || type == null) {
			this.constant = false;
			return null;
		}
		if (isRoot(type)) {
			throw notOnRoot(node.toStringAST(), "#root.target." + node.toStringAST());
		}
		int count = node.getChildCount();
		if (count == 0 && node.getName().equals("hashCode") && PortableText.hasNoHash(type)) {
			throw new InvalidDeclarationException(
					"%s calls hashCode() of a %s, which is another number in each JVM, so that another node would not know a retry"
						.formatted(this.source, type.getTypeName()),
					"Refer to what identifies it, such as its name");
		}
		List<Method> candidates = Stream.of(type.getMethods())
			.filter((method) -> method.getName().equals(node.getName()) && !method.isBridge())
			.filter((method) -> method.getParameterCount() == count
					|| (method.isVarArgs() && count >= method.getParameterCount() - 1))
			.toList();
		if (candidates.isEmpty() && !mayHaveMore(type)) {
			throw new InvalidDeclarationException("%s calls %s, but a %s has no such method with %s argument(s)"
				.formatted(this.source, node.toStringAST(), type.getTypeName(), count),
					"Call a public method that it has");
		}
		List<ResolvableType> results = candidates.stream()
			.map((method) -> ofMember(method.getGenericReturnType(), method.getDeclaringClass(), owner))
			.toList();
		boolean one = results.stream().map(ResolvableType::getType).distinct().count() == 1;
		return one ? results.get(0) : null;
	}

	private @Nullable ResolvableType indexed(SpelNode node, @Nullable ResolvableType owner) {
		Class<?> type = rawClassOf(owner);
		if (owner == null || type == null) {
			return null;
		}
		if (Map.class.isAssignableFrom(type)) {
			return owner.as(Map.class).getGeneric(1);
		}
		if (type.isArray()) {
			return owner.getComponentType();
		}
		if (Iterable.class.isAssignableFrom(type)) {
			requireOrder(node, type);
			return owner.as(Iterable.class).getGeneric();
		}
		return (node.getChild(0) instanceof StringLiteral name)
				? property(String.valueOf(name.getLiteralValue().getValue()), owner) : null;
	}

	/**
	 * Checks what is done with each element of a collection.
	 */
	private @Nullable ResolvableType checkElements(SpelNode node, @Nullable ResolvableType owner) {
		Class<?> type = rawClassOf(owner);
		ResolvableType element = (owner != null && type != null) ? elementOf(owner, type) : null;
		boolean filter = node instanceof Selection && node.toStringAST().startsWith("?");
		boolean map = type != null && Map.class.isAssignableFrom(type);
		if (!map || !filter) {
			requireOrder(node, type);
		}
		ResolvableType result = check(node.getChild(0), element, element);
		if (node instanceof Projection) {
			return listOf(result);
		}
		if (map || (filter && type != null && type.isArray())) {
			return owner;
		}
		return filter ? listOf(element) : element;
	}

	private static @Nullable ResolvableType elementOf(ResolvableType owner, Class<?> type) {
		if (type.isArray()) {
			return owner.getComponentType();
		}
		if (Map.class.isAssignableFrom(type)) {
			ResolvableType map = owner.as(Map.class);
			return ResolvableType.forClassWithGenerics(Map.Entry.class, map.getGeneric(0), map.getGeneric(1));
		}
		return Iterable.class.isAssignableFrom(type) ? owner.as(Iterable.class).getGeneric() : null;
	}

	private static ResolvableType listOf(@Nullable ResolvableType element) {
		return (element != null) ? ResolvableType.forClassWithGenerics(List.class, element)
				: ResolvableType.forClass(List.class);
	}

	private void requireOrder(SpelNode node, @Nullable Class<?> type) {
		boolean ordered = type != null && (PortableText.isOrdered(type) || SortedMap.class.isAssignableFrom(type));
		boolean unordered = type != null && (Set.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type));
		if (!ordered && (this.strict || unordered)) {
			throw new InvalidDeclarationException(
					"%s takes elements one by one with %s, but nothing says that they come in the same order each time"
						.formatted(this.source, node.toStringAST()),
					"Refer to the set itself, declare a List or an array, or call a method that sorts");
		}
	}

	/**
	 * What a null-safe operator takes out of an {@link Optional}, unless it calls a
	 * method of the latter.
	 */
	private static @Nullable ResolvableType contentOf(SpelNode node, @Nullable ResolvableType owner) {
		if (owner == null || owner.resolve() != Optional.class || !((SpelNodeImpl) node).isNullSafe()) {
			return owner;
		}
		boolean own = node instanceof MethodReference method
				&& ClassUtils.hasAtLeastOneMethodWithName(Optional.class, method.getName());
		return own ? owner : owner.getGeneric();
	}

	private static @Nullable Class<?> rawClassOf(@Nullable ResolvableType type) {
		Class<?> raw = (type != null) ? type.resolve() : null;
		return (raw != null) ? ClassUtils.resolvePrimitiveIfNecessary(raw) : null;
	}

	private static ResolvableType ofMember(Type type, Class<?> declaring, ResolvableType owner) {
		return ResolvableType.forType(type, owner.as(declaring));
	}

	/**
	 * Whether values of a declared type may have members that it does not know of.
	 */
	private static boolean mayHaveMore(Class<?> type) {
		return type == Object.class || type == Class.class
				|| (Modifier.isAbstract(type.getModifiers()) && !type.isArray());
	}

	private static Set<String> propertiesOf(Class<?> type) {
		Set<String> names = new TreeSet<>();
		if (type.isRecord()) {
			Stream.of(type.getRecordComponents()).map(RecordComponent::getName).forEach(names::add);
		}
		Stream.of(BeanUtils.getPropertyDescriptors(type))
			.filter((property) -> property.getReadMethod() != null && !property.getName().equals("class"))
			.forEach((property) -> names.add(property.getName()));
		Stream.of(type.getFields()).map(Field::getName).forEach(names::add);
		return names;
	}

	private static boolean isRoot(Class<?> type) {
		return type == CallEvaluationContext.Root.class;
	}

	private InvalidDeclarationException notOnRoot(String member, String suggestion) {
		return new InvalidDeclarationException(
				"%s refers to %s, which #root does not have".formatted(this.source, member),
				"Write %s to refer to a parameter or to the bean; #root has target, method and args"
					.formatted(suggestion));
	}

	/**
	 * {@code map[name]} and <code>{name: value}</code> take the name as it stands.
	 */
	private static boolean isLiteralName(SpelNode parent, int child) {
		return parent.getChild(child) instanceof PropertyOrFieldReference
				&& (parent instanceof Indexer || (parent instanceof InlineMap && child % 2 == 0));
	}

	/**
	 * Finds what the language finds.
	 */
	private static final class Accessor extends ReflectivePropertyAccessor {

		@Override
		protected @Nullable Method findGetterForProperty(String name, Class<?> type, boolean mustBeStatic) {
			return super.findGetterForProperty(name, type, mustBeStatic);
		}

		@Override
		protected @Nullable Field findField(String name, Class<?> type, boolean mustBeStatic) {
			return super.findField(name, type, mustBeStatic);
		}

	}

}
