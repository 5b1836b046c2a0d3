package io.idempotent.interceptor;

import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.codec.payload.CanonicalPayloadDigester;
import io.idempotent.codec.result.JsonFailureCodec;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.transaction.CallersTransactions;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.interceptor.validation.IdempotentBeanGuard;
import io.idempotent.interceptor.validation.IdempotentMethodValidator;
import io.idempotent.store.memory.MemoryIdempotencyStore;

import org.springframework.aop.framework.autoproxy.InfrastructureAdvisorAutoProxyCreator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.EnableAspectJAutoProxy;
import org.springframework.context.annotation.Role;

/**
 * The beans of this room, wired as an application has them.
 */
public final class Application {

	private Application() {
	}

	/** Proxies are made as by AopAutoConfiguration with the weaver. */
	public static ApplicationContextRunner proxyingClasses() {
		return unproxied().withUserConfiguration(ClassProxies.class);
	}

	public static ApplicationContextRunner proxyingInterfaces() {
		return unproxied().withUserConfiguration(InterfaceProxies.class);
	}

	/** Proxies are made as without the weaver, where only infrastructure counts. */
	static ApplicationContextRunner proxyingForInfrastructure() {
		return unproxied().withUserConfiguration(InfrastructureProxies.class);
	}

	public static ApplicationContextRunner unproxied() {
		return new ApplicationContextRunner().withUserConfiguration(Wiring.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAspectJAutoProxy(proxyTargetClass = true)
	static class ClassProxies {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAspectJAutoProxy
	static class InterfaceProxies {

	}

	@Configuration(proxyBeanMethods = false)
	static class InfrastructureProxies {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static InfrastructureAdvisorAutoProxyCreator autoProxyCreator() {
			InfrastructureAdvisorAutoProxyCreator creator = new InfrastructureAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Wiring {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static IdempotentAdvisor idempotentAdvisor(ObjectProvider<IdempotentOperationSource> source,
				ObjectProvider<IdempotencyEngine> engine) {
			return new IdempotentAdvisor(source::getObject, engine::getObject, RequestGuard::none);
		}

		@Bean
		Operations operations() {
			return new Operations(TestOperations.settings(), new JsonResultCodec(),
					() -> new JoinableTransactions(new MemoryIdempotencyStore(), null));
		}

		@Bean
		IdempotencyEngine engine(Operations operations) {
			EngineSettings settings = TestOperations.settings();
			return new IdempotencyEngine(settings, operations, new MemoryIdempotencyStore(),
					new JoinableTransactions(new MemoryIdempotencyStore(), null), new CallersTransactions(List::of),
					new JsonResultCodec(), new JsonFailureCodec(), List.of(), List.of(), List.of(),
					Ticker.systemTicker());
		}

		@Bean
		IdempotentOperationSource operationSource(Operations operations,
				ObjectProvider<IdempotencyScopeResolver> scopeResolver, ConfigurableListableBeanFactory beanFactory) {
			return new IdempotentOperationSource(operations, new CanonicalPayloadDigester(),
					() -> scopeResolver.getIfAvailable(() -> (invocation) -> ""), RequestGuard::none, beanFactory);
		}

		@Bean
		static IdempotentBeanGuard beanGuard(ConfigurableListableBeanFactory beanFactory) {
			return new IdempotentBeanGuard(beanFactory);
		}

		@Bean
		IdempotentMethodValidator methodValidator(ConfigurableListableBeanFactory beanFactory,
				IdempotentOperationSource source) {
			return new IdempotentMethodValidator(beanFactory, source);
		}

	}

}
