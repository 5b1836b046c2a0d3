package io.idempotent.interceptor.validation;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.idempotent.interceptor.AnnotatedMethod;
import io.idempotent.interceptor.IdempotentMethod;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import io.idempotent.interceptor.InvalidIdempotentMethodException.Problem;
import io.idempotent.interceptor.MethodTransactions;
import io.idempotent.interceptor.validation.IdempotentBeans.IdempotentBean;
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
		List<IdempotentBean> beans = new ArrayList<>(new IdempotentBeans(this.beanFactory).find());
		this.beanFactory.getBeansOfType(IdempotentBeanGuard.class, true, false)
			.values()
			.forEach((guard) -> beans.addAll(guard.start(() -> this.source)));
		Set<Problem> problems = new LinkedHashSet<>();
		GuardCheck guardCheck = new GuardCheck(this.beanFactory);
		CommittedFailures committedFailures = new CommittedFailures(new MethodTransactions(this.beanFactory));
		Map<String, Set<String>> sharers = new TreeMap<>();
		for (IdempotentBean bean : beans) {
			List<Problem> unguarded = guardCheck.problemsOf(bean);
			problems.addAll(unguarded);
			Set<Method> refused = unguarded.stream().map(Problem::method).collect(Collectors.toSet());
			for (AnnotatedMethod method : bean.methods()) {
				// nothing fixes the type variables of a generic template before the bean
				// is
				// there: read when it is
				if (!refused.contains(method.method()) && !isGenericTemplate(method.beanClass())) {
					try {
						IdempotentMethod read = this.source.resolve(method, bean.name());
						warnOfCommittedFailures(read, committedFailures);
						if (read.sharesRecordsOfItsBeans() && this.beanFactory.containsLocalBean(bean.name())) {
							sharers.computeIfAbsent(read.operation().name(), (any) -> new TreeSet<>()).add(bean.name());
						}
					}
					catch (InvalidIdempotentMethodException ex) {
						problems.addAll(ex.problems());
					}
				}
			}
		}
		if (!problems.isEmpty()) {
			throw new InvalidIdempotentMethodException(List.copyOf(problems), null);
		}
		sharers.forEach(IdempotentMethodValidator::warnOfSharedRecords);
	}

	private static void warnOfCommittedFailures(IdempotentMethod method, CommittedFailures committedFailures) {
		List<Class<?>> committed = committedFailures.of(method);
		if (!committed.isEmpty()) {
			logger
				.warn("@Idempotent on {}: its transaction commits on {}, but the failure is not recorded, so a retry repeats what was written. "
						+ "Add the exception to recordFailures, or let it roll back: @Transactional(rollbackFor = ...).",
						method.source(), committed.stream().map(Class::getName).toList());
		}
	}

	private static void warnOfSharedRecords(String operation, Set<String> beans) {
		if (beans.size() > 1) {
			logger
				.warn("Beans {} share the records of operation {}: what one of them has done, the other answers. If they do different things, "
						+ "tell them apart by the scope, such as scope = \"#root.target.name\"; if they are meant to share, say scope = Idempotent.UNSCOPED.",
						beans, operation);
		}
	}

	private static boolean isGenericTemplate(Class<?> beanClass) {
		return Modifier.isAbstract(beanClass.getModifiers()) && beanClass.getTypeParameters().length > 0;
	}

}
