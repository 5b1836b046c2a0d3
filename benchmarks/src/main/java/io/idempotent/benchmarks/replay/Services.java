package io.idempotent.benchmarks.replay;

import java.lang.reflect.Method;

import io.idempotent.Idempotent;
import io.idempotent.benchmarks.Receipt;
import org.aopalliance.intercept.MethodInterceptor;

import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/**
 * The same method as a bean with different advice.
 */
@Configuration(proxyBeanMethods = false)
@EnableCaching
class Services {

	@Bean
	IdempotentService idempotentService() {
		return new IdempotentService();
	}

	@Bean
	CachedService cachedService() {
		return new CachedService();
	}

	@Bean
	InterceptedService interceptedService() {
		return new InterceptedService();
	}

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static DefaultPointcutAdvisor emptyAdvisor() {
		MethodInterceptor empty = (invocation) -> invocation.proceed();
		return new DefaultPointcutAdvisor(new StaticMethodMatcherPointcut() {

			@Override
			public boolean matches(Method method, Class<?> targetClass) {
				return InterceptedService.class.isAssignableFrom(targetClass);
			}

		}, empty);
	}

	static class IdempotentService {

		@Idempotent(key = "#workflowId", operation = "contract.submit")
		public Receipt submit(String workflowId) {
			return Receipt.of(workflowId);
		}

		@Idempotent(key = "#workflowId", operation = "contract.order")
		public Receipt order(String workflowId, Order order) {
			return Receipt.of(workflowId);
		}

		@Idempotent(key = "#workflowId", operation = "contract.order-bean")
		public Receipt order(String workflowId, OrderBean order) {
			return Receipt.of(workflowId);
		}

	}

	static class CachedService {

		@Cacheable("receipts")
		public Receipt submit(String workflowId) {
			return Receipt.of(workflowId);
		}

		@Cacheable(cacheNames = "receipts", key = "#workflowId")
		public Receipt submitByExpression(String workflowId) {
			return Receipt.of(workflowId);
		}

	}

	static class InterceptedService {

		public Receipt submit(String workflowId) {
			return Receipt.of(workflowId);
		}

	}

}
