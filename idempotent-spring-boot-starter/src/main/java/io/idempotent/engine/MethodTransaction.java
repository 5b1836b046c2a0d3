package io.idempotent.engine;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * The transaction that a method asks for by itself.
 *
 * @param attribute what it asks for
 * @param name the name that it will have
 * @param manager the transaction manager that it names or, if it names none, the default
 * one where there are several; null otherwise
 */
public record MethodTransaction(TransactionAttribute attribute, String name, @Nullable TransactionManager manager) {

	/**
	 * Whether the method does not take part in the transaction of its caller.
	 */
	boolean isOwn() {
		return switch (this.attribute.getPropagationBehavior()) {
			case TransactionAttribute.PROPAGATION_REQUIRES_NEW, TransactionAttribute.PROPAGATION_NOT_SUPPORTED -> true;
			default -> false;
		};
	}

}
