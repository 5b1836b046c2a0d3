package io.idempotent.interceptor;

import io.idempotent.engine.operation.MethodTransaction;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.util.StringUtils;

/**
 * What transaction a method asks for, read as the application reads it: it may have a
 * rule for all of them.
 */
public final class MethodTransactions {

	private final BeanFactory beanFactory;

	private final TransactionAttributeSource source;

	public MethodTransactions(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.source = beanFactory.getBeanProvider(TransactionAttributeSource.class)
			.getIfUnique(() -> new AnnotationTransactionAttributeSource(false));
	}

	public @Nullable TransactionAttribute of(AnnotatedMethod method) {
		return this.source.getTransactionAttribute(method.method(), method.beanClass());
	}

	/**
	 * The transaction that the method asks for.
	 * @return null if it says nothing about transactions
	 */
	@Nullable MethodTransaction find(AnnotatedMethod method) {
		TransactionAttribute attribute = of(method);
		if (attribute == null) {
			return null;
		}
		String qualifier = attribute.getQualifier();
		return new MethodTransaction(attribute, StringUtils.hasText(qualifier)
				? BeanFactoryAnnotationUtils.qualifiedBeanOfType(this.beanFactory, TransactionManager.class, qualifier)
				: findDefaultManager());
	}

	/**
	 * The one that a method gets which names none: of importance only where there are
	 * several, and not created for our sake where there is one.
	 */
	private @Nullable TransactionManager findDefaultManager() {
		if (this.beanFactory instanceof ListableBeanFactory beans
				&& beans.getBeanNamesForType(TransactionManager.class, true, false).length > 1) {
			TransactionManagementConfigurer configurer = beans.getBeanProvider(TransactionManagementConfigurer.class)
				.getIfUnique();
			return (configurer != null) ? configurer.annotationDrivenTransactionManager()
					: beans.getBeanProvider(TransactionManager.class).getIfUnique();
		}
		return null;
	}

}
