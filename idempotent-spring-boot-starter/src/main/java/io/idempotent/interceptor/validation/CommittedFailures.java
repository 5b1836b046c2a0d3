package io.idempotent.interceptor.validation;

import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

import io.idempotent.engine.operation.Operation;
import io.idempotent.interceptor.AnnotatedMethod;
import io.idempotent.interceptor.IdempotentMethod;
import io.idempotent.interceptor.MethodTransactions;

import org.springframework.objenesis.SpringObjenesis;
import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * Finds the checked exceptions of a transactional method that commit what it wrote while
 * its record is released, so that a retry writes it again.
 */
final class CommittedFailures {

	private final MethodTransactions transactions;

	private final SpringObjenesis objenesis = new SpringObjenesis();

	CommittedFailures(MethodTransactions transactions) {
		this.transactions = transactions;
	}

	List<Class<?>> of(IdempotentMethod method) {
		AnnotatedMethod source = method.source();
		TransactionAttribute transaction = this.transactions.of(source);
		if (transaction == null) {
			return List.of();
		}
		Operation operation = method.operation();
		if (operation.joined() != null) {
			// rolls back on whatever is not recorded
			return List.of();
		}
		return Stream.<Class<?>>of(source.method().getExceptionTypes())
			.filter((type) -> !isOneOf(type, operation.recordFailures()) && isReleased(type, operation, transaction))
			.toList();
	}

	/**
	 * The rules want an instance, but look at hardly more than its class.
	 */
	private boolean isReleased(Class<?> type, Operation operation, TransactionAttribute transaction) {
		if (Modifier.isAbstract(type.getModifiers())) {
			return false;
		}
		Throwable failure = (Throwable) this.objenesis.newInstance(type, false);
		return !operation.isUnknownAfter(failure) && !transaction.rollbackOn(failure);
	}

	private static boolean isOneOf(Class<?> type, Collection<Class<? extends Throwable>> types) {
		return types.stream().anyMatch((candidate) -> candidate.isAssignableFrom(type));
	}

}
