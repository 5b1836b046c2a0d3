package io.idempotent.engine.operation;

import java.lang.reflect.Method;

import org.springframework.core.BridgeMethodResolver;

/**
 * A method that declares an operation.
 *
 * @param method the method that runs
 * @param beanClass the class of its bean
 * @param description what it is and where it stands, for people
 */
public record OperationDeclaration(Method method, Class<?> beanClass, String description) {

	/**
	 * Whether two declarations may have one operation: those of one method, and of one
	 * that overrides the other.
	 */
	boolean isRelatedTo(OperationDeclaration other) {
		return this.method.equals(other.method) || overrides(other) || other.overrides(this);
	}

	private boolean overrides(OperationDeclaration other) {
		return other.beanClass.isAssignableFrom(this.beanClass)
				&& BridgeMethodResolver.getMostSpecificMethod(other.method, this.beanClass).equals(this.method);
	}

	@Override
	public String toString() {
		return this.description;
	}

}
