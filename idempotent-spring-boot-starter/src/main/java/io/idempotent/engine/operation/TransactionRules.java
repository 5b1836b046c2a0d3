package io.idempotent.engine.operation;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * Tells which transaction is to be opened or joined for a method, so that its record can
 * be part of it.
 */
public interface TransactionRules {

	/**
	 * The transaction to be opened or joined for a method.
	 * @param method the transaction that it asks for, null if it says nothing
	 * @return what to ask the transaction manager of the records for
	 * @throws InvalidDeclarationException if records cannot be part of that
	 */
	TransactionAttribute attributeOf(@Nullable MethodTransaction method);

}
