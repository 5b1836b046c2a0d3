package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.InvalidDeclarationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;

/**
 * The parameters of a method by the names that expressions may use: their own, those of
 * the method that carries the annotation, {@code a0} and {@code p0}.
 */
final class Parameters {

	private static final ParameterNameDiscoverer discoverer = new DefaultParameterNameDiscoverer();

	/** The variables of a request, in the order in which their values are given. */
	static final List<String> OF_REQUEST = List.of("body", "query", "headers", "path");

	private static final Pattern POSITION = Pattern.compile("[ap](\\d{1,3})");

	private final Map<String, Integer> indexes = new HashMap<>();

	private final String[] labels;

	private final Type[] types;

	private final Class<?>[] rawTypes;

	private final List<Method> declarations;

	Parameters(AnnotatedMethod method) {
		this.rawTypes = method.method().getParameterTypes();
		this.types = GenericTypes.ofParameters(method.method(), method.beanClass());
		this.declarations = List.of(method.method(), method.annotated());
		this.labels = new String[this.rawTypes.length];
		for (int i = 0; i < this.labels.length; i++) {
			this.labels[i] = "a" + i;
		}
		addNames(method.method());
		// last, because who wrote the expression had these names before his eyes
		addNames(method.annotated());
	}

	private Parameters(List<String> names) {
		this.rawTypes = new Class<?>[names.size()];
		Arrays.fill(this.rawTypes, Object.class);
		this.types = this.rawTypes.clone();
		this.declarations = List.of();
		this.labels = names.toArray(String[]::new);
		names.forEach((name) -> this.indexes.put(name, this.indexes.size()));
	}

	/**
	 * Those of a handler of web requests: its arguments are not known before the request
	 * is answered.
	 */
	static Parameters none() {
		return new Parameters(List.of());
	}

	/**
	 * What is known of a web request instead.
	 */
	static Parameters ofRequest() {
		return new Parameters(OF_REQUEST);
	}

	boolean isOfRequest() {
		return this.declarations.isEmpty();
	}

	private void addNames(Method method) {
		@Nullable String @Nullable [] names = discoverer.getParameterNames(method);
		for (int i = 0; names != null && i < names.length; i++) {
			String name = names[i];
			if (name != null) {
				this.indexes.put(name, i);
				this.labels[i] = name;
			}
		}
	}

	void refuseContinuation() {
		int last = count() - 1;
		if (last >= 0 && this.rawTypes[last].getName().equals("kotlin.coroutines.Continuation")) {
			throw new InvalidDeclarationException("it is a suspend function, which has not finished when it returns",
					"Annotate a function that returns its result");
		}
	}

	int count() {
		return this.rawTypes.length;
	}

	String label(int index) {
		return this.labels[index];
	}

	Type type(int index) {
		return this.types[index];
	}

	/**
	 * Whether a framework passes the argument in, so that it is no part of the request.
	 */
	boolean isOfFramework(int index) {
		return FrameworkTypes.isFrameworkType(content(index)) || isMadeOfPrincipal(index);
	}

	private boolean isMadeOfPrincipal(int index) {
		return this.declarations.stream()
			.anyMatch((method) -> FrameworkTypes.isFrameworkParameter(method.getParameters()[index]));
	}

	/**
	 * Whether the argument stands for the user who calls.
	 */
	boolean isUser(int index) {
		return Principals.isUser(content(index)) || isMadeOfPrincipal(index);
	}

	/**
	 * Whether the argument is something else that has the user who calls.
	 */
	boolean isCarrier(int index) {
		return Principals.isCarrier(content(index));
	}

	/**
	 * Whether the argument says who calls only to who subscribes.
	 */
	boolean isLate(int index) {
		return Principals.isLate(this.rawTypes[index]);
	}

	private Class<?> content(int index) {
		return Principals.content(ResolvableType.forType(this.types[index])).toClass();
	}

	/**
	 * Refuses an argument that certainly cannot be compared with that of a retry.
	 */
	void validate(int index, PayloadDigester digester) {
		FrameworkTypes.refuseEnvelope(this.labels[index], this.rawTypes[index]);
		digester.validate("argument '%s'".formatted(this.labels[index]), this.types[index]);
	}

	/**
	 * The position of a parameter.
	 * @return the index, -1 if there is no such parameter
	 */
	int indexOf(String name) {
		Integer index = this.indexes.get(name);
		if (index != null) {
			return index;
		}
		int position = position(name);
		return (position < count()) ? position : -1;
	}

	InvalidDeclarationException unknown(String name, String source) {
		if (isOfRequest() && count() > 0) {
			return new InvalidDeclarationException(
					"%s refers to #%s, which a web request does not have".formatted(source, name),
					"Its key comes with the request, before its arguments are known: it has #"
							+ String.join(", #", this.labels));
		}
		int position = position(name);
		if (position >= 0) {
			return new InvalidDeclarationException(
					"%s refers to #%s, but the method has %s parameter(s)".formatted(source, name, count()),
					"Count from 0: the first parameter is #a0");
		}
		if (count() > 0 && this.indexes.isEmpty()) {
			return new InvalidDeclarationException(
					"%s refers to #%s, but the class file has no parameter names".formatted(source, name),
					"Compile with -parameters, or refer to parameters by position: #a0");
		}
		Set<String> names = new TreeSet<>(this.indexes.keySet());
		return new InvalidDeclarationException(
				"%s refers to #%s, but the method has no such parameter".formatted(source, name),
				names.isEmpty() ? "The method has no parameters to refer to"
						: "Its parameters are #" + String.join(", #", names));
	}

	private static int position(String name) {
		Matcher matcher = POSITION.matcher(name);
		return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
	}

}
