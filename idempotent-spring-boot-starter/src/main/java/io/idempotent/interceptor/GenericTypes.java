package io.idempotent.interceptor;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ResolvableType;

/**
 * Declared types with the type variables that the bean class fixes replaced. What it
 * leaves open stays a variable, instead of becoming its bound, so that it can be refused.
 */
final class GenericTypes {

	private GenericTypes() {
	}

	static Type ofResult(Method method, Class<?> beanClass) {
		return resolve(method.getGenericReturnType(), beanClass);
	}

	static Type[] ofParameters(Method method, Class<?> beanClass) {
		return Arrays.stream(method.getGenericParameterTypes())
			.map((type) -> resolve(type, beanClass))
			.toArray(Type[]::new);
	}

	private static Type resolve(Type type, Class<?> beanClass) {
		if (type instanceof TypeVariable<?> variable) {
			Type value = GenericTypeResolver.getTypeVariableMap(beanClass).get(variable);
			return (value != null) ? resolve(value, beanClass) : type;
		}
		if (type instanceof ParameterizedType parameterized) {
			return resolve(parameterized, beanClass);
		}
		if (type instanceof GenericArrayType array
				&& resolve(array.getGenericComponentType(), beanClass) instanceof Class<?> component) {
			return component.arrayType();
		}
		if (type instanceof WildcardType wildcard && wildcard.getUpperBounds()[0] instanceof TypeVariable<?> bound) {
			return resolve(bound, beanClass);
		}
		return type;
	}

	private static Type resolve(ParameterizedType type, Class<?> beanClass) {
		Type[] declared = type.getActualTypeArguments();
		Type[] resolved = Arrays.stream(declared).map((argument) -> resolve(argument, beanClass)).toArray(Type[]::new);
		if (Arrays.equals(declared, resolved)) {
			return type;
		}
		ResolvableType[] generics = Arrays.stream(resolved).map(ResolvableType::forType).toArray(ResolvableType[]::new);
		return ResolvableType.forClassWithGenerics((Class<?>) type.getRawType(), generics).getType();
	}

}
