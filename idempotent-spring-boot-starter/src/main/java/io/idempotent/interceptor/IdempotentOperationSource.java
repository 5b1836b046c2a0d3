package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.Idempotent;
import io.idempotent.TransactionMode;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationDeclaration;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.InvalidIdempotentMethodException.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.core.MethodClassKey;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.expression.spel.support.StandardTypeLocator;
import org.springframework.util.function.SingletonSupplier;

/**
 * Reads what {@code @Idempotent} says of a method, once per method and bean class, and
 * refuses what would not guard it.
 */
public final class IdempotentOperationSource implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(IdempotentOperationSource.class);

	private final Map<MethodClassKey, IdempotentMethod> methods = new ConcurrentHashMap<>();

	private final Set<OperationDeclaration> declared = ConcurrentHashMap.newKeySet();

	private final Supplier<StandardEvaluationContext> delegates;

	private final Operations operations;

	private final PayloadDigester digester;

	private final Supplier<? extends IdempotencyScopeResolver> scopeResolver;

	private final Supplier<RequestGuard> requests;

	private final Supplier<UserIdentifier> users;

	private final Supplier<RequestUsers> requestUsers;

	private final ConfigurableBeanFactory beanFactory;

	private final OperationAttributes attributes;

	/**
	 * Creates the source.
	 * @param operations where operations are defined
	 * @param digester makes fingerprints
	 * @param scopeResolver asked at most once, when the first call needs it
	 * @param requests asked for each method that has no key of its own
	 * @param beanFactory resolves placeholders and the beans of expressions, and knows
	 * who tells users apart
	 */
	public IdempotentOperationSource(Operations operations, PayloadDigester digester,
			Supplier<? extends IdempotencyScopeResolver> scopeResolver, Supplier<RequestGuard> requests,
			ConfigurableBeanFactory beanFactory) {
		this.operations = operations;
		this.digester = digester;
		this.scopeResolver = SingletonSupplier.of(scopeResolver::get);
		this.requests = requests;
		this.users = SingletonSupplier.of(() -> beanFactory.getBeanProvider(UserIdentifier.class)
			.getIfAvailable(() -> new PlainUserIdentifier(digester)));
		this.requestUsers = SingletonSupplier.of(() -> beanFactory.getBeanProvider(RequestUsers.class)
			.getIfAvailable(() -> (method, beanClass) -> null));
		this.beanFactory = beanFactory;
		this.attributes = new OperationAttributes(beanFactory);
		this.delegates = SingletonSupplier.of(this::delegates);
	}

	/**
	 * What all expressions share, made when the first one needs more than an argument.
	 */
	private StandardEvaluationContext delegates() {
		StandardEvaluationContext context = new StandardEvaluationContext();
		context.setBeanResolver(new BeanFactoryResolver(this.beanFactory));
		context.setTypeLocator(new StandardTypeLocator(this.beanFactory.getBeanClassLoader()));
		PortableText.configure(context, this.beanFactory.getConversionService());
		return context;
	}

	/**
	 * Finds what guards a method.
	 * @param method the method that was called, possibly that of an interface
	 * @param beanClass the class of the bean, possibly one that was generated from it
	 * @return null if it is not annotated
	 * @throws InvalidIdempotentMethodException if it is, but wrongly
	 */
	@Nullable IdempotentMethod find(Method method, Class<?> beanClass) {
		MethodClassKey key = new MethodClassKey(method, beanClass);
		IdempotentMethod found = this.methods.get(key);
		if (found == null) {
			AnnotatedMethod annotated = AnnotatedMethod.find(method, beanClass);
			if (annotated != null) {
				found = resolve(annotated, null);
				this.methods.put(key, found);
			}
		}
		return found;
	}

	/**
	 * Finds what guards a handler of web requests.
	 * @param method the handler
	 * @param beanClass the class of its bean
	 * @return null if it is not annotated, or has a key of its own
	 * @throws InvalidIdempotentMethodException if it is annotated wrongly
	 */
	public @Nullable RequestOperation findRequestOperation(Method method, Class<?> beanClass) {
		IdempotentMethod found = find(method, beanClass);
		return (found != null && found.key() == null) ? new RequestOperation(found) : null;
	}

	/**
	 * Reads an annotated method, once.
	 * @param beanName the name of the bean, for people; null if it is not known
	 */
	public IdempotentMethod resolve(AnnotatedMethod method, @Nullable String beanName) {
		return this.methods.computeIfAbsent(new MethodClassKey(method.method(), method.beanClass()), (key) -> {
			try {
				return read(method, beanName);
			}
			catch (InvalidDeclarationException ex) {
				throw new InvalidIdempotentMethodException(List.of(Problem.of(method, ex)), ex);
			}
		});
	}

	private IdempotentMethod read(AnnotatedMethod method, @Nullable String beanName) {
		Idempotent annotation = method.annotation();
		if (annotation.key().isBlank()) {
			return readHandler(method, beanName);
		}
		Parameters parameters = new Parameters(method);
		parameters.refuseContinuation();
		FrameworkTypes.refuseOutputs(method.method());
		CallExpressionParser expressions = new CallExpressionParser(method, parameters, this.beanFactory);
		CallExpression key = expressions.parse("key", annotation.key());
		CallPayload payload = CallPayload.of(annotation, parameters, key, expressions, this.digester);
		Operation operation = define(this.attributes.specOf(method, payload.description()), method, beanName);
		CallPrincipals principals = CallPrincipals.of(method, parameters, key, expressions, this.requestUsers);
		return guard(method, operation, key, principals, payload, parameters, expressions);
	}

	/**
	 * Reads a method whose key comes with the web request: what is compared is the
	 * request.
	 */
	private IdempotentMethod readHandler(AnnotatedMethod method, @Nullable String beanName) {
		String payload = method.annotation().payload();
		Parameters parameters = Parameters.ofRequest();
		CallPayload compared = (payload.isEmpty() || payload.equals(Idempotent.UNCHECKED))
				? new CallPayload(List.of(), "the request", this.digester) : CallPayload.ofRequest(payload,
						new CallExpressionParser(method, parameters, this.beanFactory), this.digester);
		OperationSpec spec = this.requests.get()
			.specOf(method.method(), method.beanClass(), this.attributes.specOf(method, compared.description()));
		if (method.annotation().transaction() == TransactionMode.JOIN) {
			throw new InvalidDeclarationException(
					"its key comes with the web request, which ends after every transaction, but it has `transaction = JOIN`",
					"Annotate a method of the service with JOIN, or remove it here");
		}
		Operation operation = define(spec, method, beanName);
		return guard(method, operation, null, CallPrincipals.NONE, compared, parameters,
				new CallExpressionParser(method, Parameters.none(), this.beanFactory));
	}

	/**
	 * Defines the operation of a method, unless another one has it: one would answer for
	 * the other.
	 */
	private Operation define(OperationSpec spec, AnnotatedMethod method, @Nullable String beanName) {
		OperationDeclaration declaration = new OperationDeclaration(method.method(), method.beanClass(),
				method.describe(beanName));
		OperationDeclaration other = this.declared.contains(declaration) ? null
				: this.operations.declare(spec.name(), declaration);
		if (other != null) {
			throw new InvalidDeclarationException(
					"operation '%s' is that of two methods, so one would answer for the other: %s, and %s"
						.formatted(spec.name(), declaration, other),
					"Give each operation a name of its own: @Idempotent(operation = \"...\"). Two beans may have one operation only if they run the same method, or if one overrides that of the other");
		}
		this.declared.add(declaration);
		return this.operations.define(spec);
	}

	/**
	 * Gives the names of its operations back, for another context that is started later.
	 */
	@Override
	public void destroy() {
		this.operations.withdraw(this.declared);
	}

	private IdempotentMethod guard(AnnotatedMethod method, Operation operation, @Nullable CallExpression key,
			CallPrincipals principals, CallPayload payload, Parameters parameters, CallExpressionParser expressions) {
		Idempotent annotation = method.annotation();
		if (annotation.operation().isEmpty()) {
			logger.info(
					"Operation {} has a default name: renaming the class, the method or a parameter type forgets its records. Name it with @Idempotent(operation = \"...\").",
					operation.name());
		}
		CallScope scope = scope(method, operation, expressions);
		return new IdempotentMethod(method, operation, key, (key != null) ? scope.ofCaller(this.users) : scope,
				principals, payload, (call) -> evaluationContext(call, method.method(), parameters));
	}

	private CallScope scope(AnnotatedMethod method, Operation operation, CallExpressionParser expressions) {
		String scope = method.annotation().scope();
		if (scope.equals(Idempotent.UNSCOPED)) {
			return (call) -> "";
		}
		return scope.isEmpty() ? CallScope.of(this.scopeResolver, operation.name(), method)
				: CallScope.of(expressions.parse("scope", scope));
	}

	private CallEvaluationContext evaluationContext(IdempotentCall call, Method method, Parameters parameters) {
		CallEvaluationContext context = new CallEvaluationContext(call, method, parameters);
		this.delegates.get().applyDelegatesTo(context);
		if (parameters.isOfRequest()) {
			context.addPropertyAccessor(new CallEvaluationContext.Members());
		}
		return context;
	}

}
