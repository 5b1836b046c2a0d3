package io.idempotent.interceptor.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.interceptor.AnnotatedMethod;
import io.idempotent.interceptor.IdempotentAdvisor;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import io.idempotent.interceptor.InvalidIdempotentMethodException.Problem;
import io.idempotent.interceptor.UnguardedAdvisor;
import io.idempotent.interceptor.validation.IdempotentBeans.IdempotentBean;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AbstractAutoProxyCreator;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Refuses to start a child context whose annotated beans would run unguarded because it
 * has no advice of its own: Spring applies what stands in a context to the beans of that
 * context only.
 */
public final class IdempotentChildContexts implements ApplicationListener<ContextRefreshedEvent> {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Supplier<IdempotentOperationSource> source;

	/**
	 * Creates the listener.
	 * @param beanFactory that of the parent
	 * @param source reads annotated methods; asked if a child has some
	 */
	public IdempotentChildContexts(ConfigurableListableBeanFactory beanFactory,
			Supplier<IdempotentOperationSource> source) {
		this.beanFactory = beanFactory;
		this.source = source;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		if (event.getApplicationContext() instanceof ConfigurableApplicationContext context
				&& isResponsibleFor(context)) {
			check(context.getBeanFactory(), context.getDisplayName());
		}
	}

	/**
	 * Whether the nearest advice is that of this context, and not of the other one
	 * itself.
	 */
	private boolean isResponsibleFor(ApplicationContext child) {
		@Nullable ApplicationContext nearest = child;
		while (nearest != null && !hasAdvice(nearest)) {
			nearest = nearest.getParent();
		}
		return nearest != null && nearest != child && nearest.getAutowireCapableBeanFactory() == this.beanFactory;
	}

	private static boolean hasAdvice(ApplicationContext context) {
		return context.getBeanNamesForType(IdempotentAdvisor.class, true, false).length > 0
				|| context.getBeanNamesForType(UnguardedAdvisor.class, true, false).length > 0;
	}

	/**
	 * Whether a context or one of its parents has advice for annotated methods, which
	 * only guards beans of that very context.
	 * @param context the context, null if there is none
	 * @return whether there is some
	 */
	public static boolean isAdvised(@Nullable ApplicationContext context) {
		return context != null && (hasAdvice(context) || isAdvised(context.getParent()));
	}

	private void check(ConfigurableListableBeanFactory child, String context) {
		boolean proxied = child.getBeanNamesForType(AbstractAutoProxyCreator.class, true, false).length > 0;
		List<IdempotentBean> beans = new IdempotentBeans(child).find();
		List<Problem> problems = new ArrayList<>();
		for (IdempotentBean bean : beans) {
			if (bean.guards().isEmpty() && (bean.isCreated() || !proxied)) {
				bean.methods().forEach((method) -> problems.add(unguarded(method, bean.name(), context)));
			}
		}
		if (!problems.isEmpty()) {
			throw new InvalidIdempotentMethodException(problems, null);
		}
		IdempotentBeanGuard guard = new IdempotentBeanGuard(child);
		if (!beans.isEmpty()) {
			new IdempotentMethodValidator(child, this.source.get()).afterSingletonsInstantiated();
		}
		// for what is created later
		guard.start(this.source);
		child.addBeanPostProcessor(guard);
	}

	private static Problem unguarded(AnnotatedMethod method, String bean, String context) {
		return Problem.of(method, new InvalidDeclarationException(
				"bean '%s' is not proxied, because only the parent of its context '%s' is configured to guard methods"
					.formatted(bean, context),
				"Start that context with SpringApplication, or import AopAutoConfiguration and IdempotencyAutoConfiguration into it (@ImportAutoConfiguration), or declare the bean in the parent"));
	}

}
