package io.idempotent.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Collectors;

import io.idempotent.Idempotent;
import io.idempotent.engine.operation.InvalidDeclarationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * Names operations: as the annotation says, else by bean class, method and parameter
 * types.
 */
public final class OperationNames {

	private static final int MAX_LENGTH = 255;

	private OperationNames() {
	}

	public static String of(AnnotatedMethod method, ConfigurableBeanFactory beanFactory) {
		Idempotent annotation = method.annotation();
		return annotation.operation().isEmpty() ? defaultName(method)
				: resolve("operation", annotation.operation(), beanFactory);
	}

	/**
	 * Resolves the placeholders of an attribute.
	 */
	static String resolve(String attribute, String text, ConfigurableBeanFactory beanFactory) {
		@Nullable String resolved;
		try {
			resolved = beanFactory.resolveEmbeddedValue(text);
		}
		catch (IllegalArgumentException ex) {
			throw unresolved(attribute, text, ex);
		}
		if (resolved == null || resolved.isBlank() || resolved.contains("${")) {
			throw unresolved(attribute, text, null);
		}
		return resolved;
	}

	/**
	 * The name of a method for people, distinct for overloads and for each class that
	 * inherits it.
	 */
	static String signature(Class<?> beanClass, Method method) {
		return Arrays.stream(method.getParameterTypes())
			.map(OperationNames::typeName)
			.collect(Collectors.joining(",", "%s.%s(".formatted(beanClass.getTypeName(), method.getName()), ")"));
	}

	private static String defaultName(AnnotatedMethod method) {
		Class<?> beanClass = method.beanClass();
		if (AnnotatedMethod.isGenerated(beanClass) || beanClass.isAnonymousClass()) {
			throw new InvalidDeclarationException(
					"the bean class %s is generated, so no stable default name of the operation can be made of it"
						.formatted(beanClass.getName()),
					"Name the operation: @Idempotent(operation = \"...\")");
		}
		if (Modifier.isAbstract(beanClass.getModifiers())) {
			throw new InvalidDeclarationException(
					"the class of the bean is not known before it is created, so no default name of the operation can be made of it",
					"Name the operation: @Idempotent(operation = \"...\"), or declare the bean with its class instead of %s"
						.formatted(beanClass.getName()));
		}
		String name = signature(beanClass, method.method());
		if (name.length() > MAX_LENGTH) {
			throw new InvalidDeclarationException(
					"the default name of the operation has more than %s characters: %s".formatted(MAX_LENGTH, name),
					"Name the operation: @Idempotent(operation = \"...\")");
		}
		return name;
	}

	/**
	 * Without {@code java.lang} and {@code java.util}, in which no two types share a
	 * simple name.
	 */
	private static String typeName(Class<?> type) {
		String packageName = type.getPackageName();
		String name = type.getTypeName();
		boolean familiar = packageName.equals("java.lang") || packageName.equals("java.util");
		return (familiar && name.startsWith(packageName)) ? name.substring(packageName.length() + 1) : name;
	}

	private static InvalidDeclarationException unresolved(String attribute, String text, @Nullable Throwable cause) {
		return new InvalidDeclarationException("`%s` is \"%s\", which cannot be resolved".formatted(attribute, text),
				"Set the property, or give it a default: \"${property:default}\"", cause);
	}

}
