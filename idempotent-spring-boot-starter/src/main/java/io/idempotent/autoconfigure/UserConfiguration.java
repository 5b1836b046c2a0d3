package io.idempotent.autoconfigure;

import io.idempotent.codec.payload.CanonicalPayloadDigester;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.interceptor.PlainUserIdentifier;
import io.idempotent.interceptor.RequestUsers;
import io.idempotent.interceptor.UserIdentifier;
import io.idempotent.web.IdempotencyUserResolver;
import io.idempotent.web.reactive.ReactiveRequestUsers;
import io.idempotent.web.request.SecurityUserIdentifier;
import io.idempotent.web.servlet.ServletRequestUsers;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.Authentication;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * How users are told apart, and whose a request is. Also where no keys are taken from
 * requests, as handlers may have a key of their own, and where nothing is guarded, as
 * derived keys stay the same.
 */
@Configuration(proxyBeanMethods = false)
class UserConfiguration {

	private static PlainUserIdentifier plain(ObjectProvider<PayloadDigester> digester) {
		return new PlainUserIdentifier(digester.getIfAvailable(CanonicalPayloadDigester::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Authentication.class)
	static class SecurityConfiguration {

		@Bean
		@ConditionalOnMissingBean
		static UserIdentifier idempotencyUserIdentifier(ObjectProvider<IdempotencyUserResolver> resolver,
				ObjectProvider<PayloadDigester> digester) {
			return new SecurityUserIdentifier(SingletonSupplier.ofNullable(resolver::getIfAvailable), plain(digester));
		}

		/** Several of them stop the start, not the first call. */
		@Bean
		static SmartInitializingSingleton idempotencyUserResolverCheck(
				ObjectProvider<IdempotencyUserResolver> resolver) {
			return resolver::getIfAvailable;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("org.springframework.security.core.Authentication")
	static class PlainConfiguration {

		@Bean
		@ConditionalOnMissingBean
		static UserIdentifier idempotencyUserIdentifier(ObjectProvider<PayloadDigester> digester) {
			return plain(digester);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	static class ServletConfiguration {

		@Bean
		@ConditionalOnMissingBean
		static RequestUsers idempotencyRequestUsers(UserIdentifier users, ConfigurableBeanFactory beanFactory) {
			return new ServletRequestUsers(users, ClassUtils
				.isPresent("org.springframework.security.web.SecurityFilterChain", beanFactory.getBeanClassLoader()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class ReactiveConfiguration {

		@Bean
		@ConditionalOnMissingBean
		static RequestUsers idempotencyRequestUsers(ConfigurableBeanFactory beanFactory) {
			return new ReactiveRequestUsers(
					ClassUtils.isPresent("org.springframework.security.web.server.SecurityWebFilterChain",
							beanFactory.getBeanClassLoader()));
		}

		@Bean
		@ConditionalOnMissingBean
		ServerWebExchangeContextFilter idempotencyExchangeContextFilter() {
			return new ServerWebExchangeContextFilter();
		}

	}

}
