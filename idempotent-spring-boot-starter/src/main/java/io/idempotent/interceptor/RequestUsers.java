package io.idempotent.interceptor;

import java.lang.reflect.Method;

import io.idempotent.engine.operation.InvalidDeclarationException;
import org.jspecify.annotations.Nullable;

/**
 * Knows whose the request is that a handler is called for.
 */
@FunctionalInterface
public interface RequestUsers {

	/**
	 * Finds the user of the request whose handler is being called.
	 * @param method the method that is called
	 * @param beanClass the class of its bean
	 * @return what stands for the user, or a publisher of it that has to be subscribed to
	 * by the caller of the method; null, or an empty publisher, if there is no user, or
	 * the method is not the handler of the present request
	 */
	@Nullable Object find(Method method, Class<?> beanClass);

	/**
	 * Refuses a handler that is called before its user can be known.
	 * @param method the method
	 * @param beanClass the class of its bean
	 * @throws InvalidDeclarationException if it is one
	 */
	default void validate(Method method, Class<?> beanClass) {
	}

}
