package io.idempotent.engine.operation;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * The transaction that a method asks for by itself.
 *
 * @param attribute what it asks for
 * @param manager the transaction manager that it names or, if it names none, the default
 * one where there are several; null otherwise
 */
public record MethodTransaction(TransactionAttribute attribute, @Nullable TransactionManager manager) {

}
