package io.idempotent.autoconfigure;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.IdempotentAdvisor;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.interceptor.validation.IdempotentBeanGuard;
import io.idempotent.interceptor.validation.IdempotentChildContexts;
import io.idempotent.interceptor.validation.IdempotentMethodValidator;
import io.idempotent.store.IdempotencyStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/**
 * The advice around annotated methods. The advisor is needed by every bean there is, so
 * it must not need any: what it calls is looked up with the first call.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnIdempotencyEnabled
class AdviceConfiguration {

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static IdempotentAdvisor idempotentAdvisor(ObjectProvider<IdempotentOperationSource> source,
			ObjectProvider<IdempotencyEngine> engine, ObjectProvider<RequestGuard> requests) {
		return new IdempotentAdvisor(source::getObject, engine::getObject,
				() -> requests.getIfAvailable(RequestGuard::none));
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static IdempotentOperationSource idempotentOperationSource(Operations operations, PayloadDigester digester,
			ObjectProvider<IdempotencyScopeResolver> scopeResolver, ObjectProvider<RequestGuard> requests,
			ConfigurableListableBeanFactory beanFactory) {
		return new IdempotentOperationSource(operations, digester, scopeResolver::getObject,
				() -> requests.getIfAvailable(RequestGuard::none), beanFactory);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static IdempotentMethodValidator idempotentMethodValidator(ConfigurableListableBeanFactory beanFactory,
			IdempotentOperationSource source) {
		return new IdempotentMethodValidator(beanFactory, source);
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static IdempotentBeanGuard idempotentBeanGuard(ConfigurableListableBeanFactory beanFactory) {
		return new IdempotentBeanGuard(beanFactory);
	}

	@Bean
	static IdempotentChildContexts idempotentChildContexts(ConfigurableListableBeanFactory beanFactory,
			ObjectProvider<IdempotentOperationSource> source) {
		return new IdempotentChildContexts(beanFactory, source::getObject);
	}

	@Bean
	static StartupReport idempotencyStartupReport(EngineSettings settings, Operations operations,
			IdempotencyStore store) {
		return new StartupReport(settings, operations, store);
	}

}
