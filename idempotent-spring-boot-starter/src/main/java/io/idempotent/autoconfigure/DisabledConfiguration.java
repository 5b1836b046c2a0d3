package io.idempotent.autoconfigure;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.ResultCodec;
import io.idempotent.codec.payload.CanonicalPayloadDigester;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.engine.DefaultIdempotencyTemplate;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.UnguardedExecutor;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.interceptor.UnguardedAdvisor;
import io.idempotent.interceptor.validation.IdempotentBeans;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/**
 * What is left when the application has chosen to run unguarded: it says so once, and
 * methods have the context from which they derive keys for others.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnSwitch(value = "idempotent.enabled", is = false)
class DisabledConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(DisabledConfiguration.class);

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static UnguardedAdvisor idempotentAdvisor(ObjectProvider<Unguarded> unguarded,
			ObjectProvider<RequestGuard> requests) {
		return new UnguardedAdvisor(() -> unguarded.getObject().source(),
				() -> requests.getIfAvailable(RequestGuard::none));
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	static Unguarded idempotencyUnguarded(IdempotencyProperties properties, ObjectProvider<ResultCodec> codec,
			ObjectProvider<PayloadDigester> digester, ObjectProvider<IdempotencyScopeResolver> scopeResolver,
			ObjectProvider<RequestGuard> requests, ConfigurableListableBeanFactory beanFactory) {
		Operations operations = new Operations(properties.toEngineSettings(),
				codec.getIfAvailable(JsonResultCodec::new), () -> null);
		return new Unguarded(operations, digester.getIfAvailable(CanonicalPayloadDigester::new),
				scopeResolver.getIfAvailable(() -> (invocation) -> ""), requests, beanFactory);
	}

	@Bean
	@ConditionalOnMissingBean(value = IdempotencyTemplate.class, search = SearchStrategy.CURRENT)
	UnguardedTemplate idempotencyTemplate(Unguarded unguarded) {
		return new UnguardedTemplate(unguarded.template());
	}

	@Bean
	@ConditionalOnMissingBean(value = IdempotencySettlement.class, search = SearchStrategy.CURRENT)
	SwitchedOffSettlement idempotencySettlement() {
		return new SwitchedOffSettlement();
	}

	@Bean
	static SmartInitializingSingleton idempotencyDisabledWarning(ConfigurableListableBeanFactory beanFactory) {
		return () -> logger.warn(
				"'idempotent.enabled' is false: nothing is guarded, duplicates run. This concerns IdempotencyTemplate and the operations {}",
				IdempotentBeans.operationNames(beanFactory));
	}

	/**
	 * What reads calls, without anything that records them.
	 *
	 * @param source reads annotated methods
	 * @param template runs code without one
	 */
	record Unguarded(IdempotentOperationSource source, IdempotencyTemplate template) {

		Unguarded(Operations operations, PayloadDigester digester, IdempotencyScopeResolver scopeResolver,
				ObjectProvider<RequestGuard> requests, ConfigurableListableBeanFactory beanFactory) {
			this(new IdempotentOperationSource(operations, digester, () -> scopeResolver,
					() -> requests.getIfAvailable(RequestGuard::none), beanFactory),
					new DefaultIdempotencyTemplate(new UnguardedExecutor(), operations, digester, scopeResolver));
		}

	}

}
