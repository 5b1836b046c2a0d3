package io.idempotent.interceptor;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.util.ClassUtils;

/**
 * What transaction a method asks for, read as the application reads it: it may have a
 * rule for all of them.
 */
final class MethodTransactions {

	private final TransactionAttributeSource source;

	MethodTransactions(BeanFactory beanFactory) {
		this.source = beanFactory.getBeanProvider(TransactionAttributeSource.class)
			.getIfUnique(() -> new AnnotationTransactionAttributeSource(false));
	}

	@Nullable TransactionAttribute of(AnnotatedMethod method) {
		return this.source.getTransactionAttribute(method.method(), method.beanClass());
	}

	/**
	 * The name of the transaction in which the method runs whatever its caller has.
	 * @return null if the method takes part in the transaction of its caller
	 */
	@Nullable String ownOf(AnnotatedMethod method) {
		TransactionAttribute transaction = of(method);
		return (transaction != null) ? switch (transaction.getPropagationBehavior()) {
			case TransactionAttribute.PROPAGATION_REQUIRES_NEW, TransactionAttribute.PROPAGATION_NOT_SUPPORTED ->
				(transaction.getName() != null) ? transaction.getName()
						: ClassUtils.getQualifiedMethodName(method.method(), method.beanClass());
			default -> null;
		} : null;
	}

}
