package io.idempotent.autoconfigure;

import io.idempotent.interceptor.validation.IdempotentChildContexts;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotatedBeanDefinitionReader;
import org.springframework.core.Ordered;

/**
 * Gives a context whose parent advises methods the same advice, also if it has no
 * auto-configuration: proxies are made by each context for itself.
 */
final class ChildContextInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext>, Ordered {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		if (context instanceof BeanDefinitionRegistry registry
				&& IdempotentChildContexts.isAdvised(context.getParent())) {
			new AnnotatedBeanDefinitionReader(registry, context.getEnvironment()).register(AopAutoConfiguration.class,
					AdviceConfiguration.class, DisabledConfiguration.class);
		}
	}

	/** The parent is set by another one. */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
