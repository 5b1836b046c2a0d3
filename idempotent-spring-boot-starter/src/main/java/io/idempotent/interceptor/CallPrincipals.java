package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.idempotent.Idempotent;
import io.idempotent.engine.operation.InvalidDeclarationException;
import org.jspecify.annotations.Nullable;

/**
 * Finds in whose name a method is called.
 *
 * @param arguments the positions of those that say it
 * @param users says whose the request is that the method handles, null if that does not
 * count
 */
record CallPrincipals(List<Integer> arguments, @Nullable Supplier<RequestUsers> users) {

	static final CallPrincipals NONE = new CallPrincipals(List.of(), null);

	/**
	 * Reads which arguments of a method count. A principal does not where an expression
	 * for the scope says whose record it is, and that or another one refers to the
	 * principal; what is compared as well only has to be equal.
	 * @throws InvalidDeclarationException if the method cannot wait until one is known
	 */
	static CallPrincipals of(AnnotatedMethod method, Parameters parameters, CallExpression key,
			CallExpressionParser expressions, Supplier<RequestUsers> users) {
		Idempotent annotation = method.annotation();
		if (annotation.scope().equals(Idempotent.UNSCOPED)) {
			return NONE;
		}
		boolean scoped = !annotation.scope().isEmpty();
		boolean compared = annotation.payload().isEmpty();
		Set<Integer> references = new HashSet<>(key.references());
		if (scoped) {
			references.addAll(expressions.parse("scope", annotation.scope()).references());
		}
		if (!compared && !annotation.payload().equals(Idempotent.UNCHECKED)) {
			references.addAll(expressions.parse("payload", annotation.payload()).references());
		}
		List<Integer> arguments = IntStream.range(0, parameters.count())
			.filter((index) -> parameters.isCarrier(index)
					|| (parameters.isUser(index) && (parameters.isOfFramework(index)
							? !(scoped && references.contains(index)) : !compared && !references.contains(index))))
			.boxed()
			.toList();
		if (!Principals.isLate(method.method().getReturnType())) {
			arguments.stream().filter(parameters::isLate).findFirst().ifPresent((index) -> {
				throw new InvalidDeclarationException(
						"argument '%s' says who calls only to who subscribes, and the method returns no Mono or Flux that could wait for it"
							.formatted(parameters.label(index)),
						"Return a Mono or Flux, take a Principal instead, or share the records on purpose: scope = Idempotent.UNSCOPED");
			});
			if (!scoped && arguments.isEmpty()) {
				users.get().validate(method.method(), method.beanClass());
			}
		}
		return new CallPrincipals(arguments, scoped ? null : users);
	}

	/**
	 * Finds them for one call.
	 * @param method the method as it is called
	 */
	Caller callerOf(Method method, Class<?> beanClass, @Nullable Object[] arguments) {
		Object user = (this.users != null) ? this.users.get().find(method, beanClass) : null;
		if (user == null && this.arguments.isEmpty()) {
			return Caller.NONE;
		}
		List<Object> principals = new ArrayList<>(this.arguments.size());
		for (int index : this.arguments) {
			Object principal = Principals.of(arguments[index]);
			if (principal != null) {
				principals.add(principal);
			}
		}
		return new Caller(user, principals);
	}

}
