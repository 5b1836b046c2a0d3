package io.idempotent.interceptor;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

import io.idempotent.interceptor.IdempotentBeans.IdempotentBean;
import io.idempotent.interceptor.InvalidIdempotentMethodException.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Defines the operation of each annotated method at start, also of beans that are created
 * later, and stops the start if one is declared wrongly or would run unguarded.
 */
public final class IdempotentMethodValidator implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(IdempotentMethodValidator.class);

	private final ConfigurableListableBeanFactory beanFactory;

	private final IdempotentOperationSource source;

	/**
	 * Creates the validator.
	 * @param beanFactory the beans to go over; none is created for it
	 * @param source reads annotated methods
	 */
	public IdempotentMethodValidator(ConfigurableListableBeanFactory beanFactory, IdempotentOperationSource source) {
		this.beanFactory = beanFactory;
		this.source = source;
	}

	/**
	 * Validates all annotated methods.
	 * @throws InvalidIdempotentMethodException with all that is wrong
	 */
	@Override
	public void afterSingletonsInstantiated() {
		List<Problem> problems = new ArrayList<>();
		GuardCheck guardCheck = new GuardCheck(this.beanFactory);
		CommittedFailures committedFailures = new CommittedFailures(new MethodTransactions(this.beanFactory));
		for (IdempotentBean bean : new IdempotentBeans(this.beanFactory).find()) {
			for (AnnotatedMethod method : bean.methods()) {
				try {
					guardCheck.check(bean, method);
					validate(method, committedFailures);
				}
				catch (InvalidDeclarationException ex) {
					problems.add(Problem.of(method, ex));
				}
				catch (InvalidIdempotentMethodException ex) {
					problems.addAll(ex.problems());
				}
			}
		}
		if (!problems.isEmpty()) {
			throw new InvalidIdempotentMethodException(problems, null);
		}
	}

	private void validate(AnnotatedMethod method, CommittedFailures committedFailures) {
		// nothing fixes its type variables before the bean is there: read with the first
		// call
		if (isGenericTemplate(method.beanClass())) {
			return;
		}
		List<Class<?>> committed = committedFailures.of(this.source.resolve(method));
		if (!committed.isEmpty()) {
			logger
				.warn("@Idempotent on {}: its transaction commits on {}, but the failure is not recorded, so a retry repeats what was written. "
						+ "Add the exception to recordFailures, or let it roll back: @Transactional(rollbackFor = ...).",
						method, committed.stream().map(Class::getName).toList());
		}
	}

	private static boolean isGenericTemplate(Class<?> beanClass) {
		return Modifier.isAbstract(beanClass.getModifiers()) && beanClass.getTypeParameters().length > 0;
	}

}
