package io.idempotent.autoconfigure;

import io.idempotent.IdempotencyTemplate;
import io.idempotent.interceptor.IdempotentBeans;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What is left when the application has chosen to run unguarded: it says so once.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "idempotent.enabled", havingValue = false)
class DisabledConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(DisabledConfiguration.class);

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	IdempotencyTemplate idempotencyTemplate() {
		return new UnguardedTemplate();
	}

	@Bean
	static SmartInitializingSingleton idempotencyDisabledWarning(ConfigurableListableBeanFactory beanFactory) {
		return () -> logger.warn(
				"'idempotent.enabled' is false: nothing is guarded, duplicates run. This concerns IdempotencyTemplate and the operations {}",
				IdempotentBeans.operationNames(beanFactory));
	}

}
