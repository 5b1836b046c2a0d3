package io.idempotent.autoconfigure;

import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.ResultCodec;
import io.idempotent.codec.payload.CanonicalPayloadDigester;
import io.idempotent.codec.result.JsonFailureCodec;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.codec.result.ReadBackResultCodec;
import io.idempotent.engine.DefaultIdempotencyTemplate;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.claim.MaintenanceListener;
import io.idempotent.engine.failure.HiddenAttempts;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.outcome.FailureCodec;
import io.idempotent.engine.transaction.CallersTransactions;
import io.idempotent.engine.transaction.CommitFailureListener;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.store.IdempotencyStore;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.support.CompositeRetryListener;
import org.springframework.resilience.retry.MethodRetryEvent;
import org.springframework.transaction.ConfigurableTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * The engine, and what it is made of.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnIdempotencyEnabled
class EngineConfiguration {

	@Bean
	@ConditionalOnMissingBean
	EngineSettings idempotencySettings(IdempotencyProperties properties) {
		return properties.toEngineSettings();
	}

	@Bean
	@ConditionalOnMissingBean
	ResultCodec idempotencyResultCodec() {
		return new JsonResultCodec();
	}

	@Bean
	@ConditionalOnMissingBean
	FailureCodec idempotencyFailureCodec() {
		return new JsonFailureCodec();
	}

	@Bean
	@ConditionalOnMissingBean
	PayloadDigester idempotencyPayloadDigester() {
		return new CanonicalPayloadDigester();
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyScopeResolver idempotencyScopeResolver() {
		return (invocation) -> "";
	}

	@Bean
	@ConditionalOnMissingBean
	Operations idempotencyOperations(EngineSettings settings, ResultCodec codec,
			ObjectProvider<JoinableTransactions> transactions) {
		return new Operations(settings, codec, transactions::getObject);
	}

	@Bean
	@ConditionalOnMissingBean
	JoinableTransactions idempotencyJoinableTransactions(IdempotencyStore store,
			ObjectProvider<PlatformTransactionManager> managers,
			@IdempotencyTransactionManager ObjectProvider<PlatformTransactionManager> qualified) {
		return new JoinableTransactions(store, qualified.getIfUnique(managers::getIfUnique));
	}

	@Bean
	@ConditionalOnMissingBean
	CallersTransactions idempotencyCallersTransactions(ObjectProvider<PlatformTransactionManager> managers) {
		return new CallersTransactions(() -> managers.stream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyEngine idempotencyEngine(EngineSettings settings, Operations operations, IdempotencyStore store,
			JoinableTransactions transactions, CallersTransactions callersTransactions, ResultCodec resultCodec,
			FailureCodec failureCodec, ObjectProvider<AbandonedExecutionResolver> resolvers,
			ObjectProvider<IdempotencyListener> listeners, ObjectProvider<MaintenanceListener> maintenanceListeners) {
		return new IdempotencyEngine(settings, operations, store, transactions, callersTransactions,
				new ReadBackResultCodec(resultCodec), failureCodec, resolvers.orderedStream().toList(),
				listeners.orderedStream().toList(), maintenanceListeners.orderedStream().toList(),
				Ticker.systemTicker());
	}

	@Bean
	@ConditionalOnMissingBean
	EngineLifecycle idempotencyEngineLifecycle(IdempotencyEngine engine,
			ObjectProvider<LifecycleProperties> lifecycle) {
		return new EngineLifecycle(engine,
				lifecycle.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase());
	}

	@Bean
	@ConditionalOnMissingBean(ignored = SwitchedOffSettlement.class)
	IdempotencySettlement idempotencySettlement(IdempotencyEngine engine) {
		return engine.settlement();
	}

	@Bean
	@ConditionalOnMissingBean(ignored = UnguardedTemplate.class)
	IdempotencyTemplate idempotencyTemplate(IdempotencyEngine engine, Operations operations, PayloadDigester digester,
			IdempotencyScopeResolver scopeResolver) {
		return new DefaultIdempotencyTemplate(engine, operations, digester, scopeResolver);
	}

	/**
	 * All transaction managers there are, blocking and reactive ones, also those that
	 * Spring Boot did not make; those of a parent are watched by it.
	 */
	@Bean
	static SmartInitializingSingleton idempotencyUncertainTransactions(ListableBeanFactory beanFactory) {
		return () -> beanFactory.getBeansOfType(ConfigurableTransactionManager.class)
			.values()
			.stream()
			.forEach((manager) -> manager.addListener(new CommitFailureListener()));
	}

	/**
	 * All retry templates there are, also those that are made late.
	 */
	@Bean
	static BeanPostProcessor idempotencyRetryTemplates() {
		return new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				if (bean instanceof RetryTemplate template) {
					template.setRetryListener(new CompositeRetryListener(
							List.of(template.getRetryListener(), new HiddenAttempts.OfTemplates())));
				}
				return bean;
			}

		};
	}

	/** The first versions of Spring Framework 7 tell nothing of retries. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MethodRetryEvent.class)
	static class RetriedMethods {

		@Bean
		HiddenAttempts.OfMethods idempotencyRetriedMethods() {
			return new HiddenAttempts.OfMethods();
		}

	}

}
