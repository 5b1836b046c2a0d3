package io.idempotent.autoconfigure;

import java.util.function.Supplier;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.autoconfigure.DisabledConfiguration.Unguarded;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.UserIdentifier;
import io.idempotent.web.IdempotentRoutes;
import io.idempotent.web.ReactiveIdempotentRoutes;
import io.idempotent.web.reactive.ReactiveGuardedRoutes;
import io.idempotent.web.reactive.ReactiveUnguardedRequests;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebSettings;
import io.idempotent.web.servlet.GuardedRoutes;
import io.idempotent.web.servlet.UnguardedRequests;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * The context that handlers of web requests have where the guard is switched off.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@ConditionalOnClass(ControllerAdvice.class)
@ConditionalOnSwitch(value = "idempotent.enabled", is = false)
@ConditionalOnSwitch("idempotent.web.enabled")
class DisabledWebConfiguration {

	private static WebSettings settings(IdempotencyProperties properties, ConfigurableBeanFactory beanFactory) {
		return IdempotencyWebAutoConfiguration.settings(properties, properties.maxResultSize().toBytes(),
				beanFactory.getBeanClassLoader());
	}

	private static Operations operations(IdempotencyProperties properties) {
		return new Operations(properties.toEngineSettings(), new JsonResultCodec(), () -> null);
	}

	private static Supplier<IdempotencyScopeResolver> scopeResolver(ObjectProvider<IdempotencyScopeResolver> resolver) {
		return () -> resolver.getIfAvailable(() -> (invocation) -> "");
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	static class MvcConfiguration {

		@Bean
		UnguardedRequests idempotencyUnguardedRequests(ObjectProvider<Unguarded> unguarded,
				ObjectProvider<IdempotencyScopeResolver> scopeResolver, IdempotencyProperties properties,
				UserIdentifier users, ConfigurableBeanFactory beanFactory) {
			WebSettings settings = settings(properties, beanFactory);
			return new UnguardedRequests(() -> unguarded.getObject().source(), operations(properties),
					scopeResolver(scopeResolver), settings, new UserScopes(settings, users));
		}

		@Bean
		@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
		IdempotentRoutes idempotentRoutes(UnguardedRequests requests) {
			return GuardedRoutes.unguarded(requests);
		}

		@Bean
		WebMvcConfigurer idempotencyUnguardedConfigurer(UnguardedRequests requests) {
			return new WebMvcConfigurer() {

				@Override
				public void addInterceptors(InterceptorRegistry registry) {
					registry.addInterceptor(requests);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class WebFluxConfiguration {

		@Bean
		ReactiveUnguardedRequests idempotencyUnguardedRequests(ObjectProvider<Unguarded> unguarded,
				ObjectProvider<IdempotencyScopeResolver> scopeResolver, IdempotencyProperties properties,
				ObjectProvider<RequestMappingHandlerAdapter> adapter, UserIdentifier users,
				ConfigurableBeanFactory beanFactory) {
			WebSettings settings = settings(properties, beanFactory);
			return new ReactiveUnguardedRequests(() -> unguarded.getObject().source(), operations(properties),
					scopeResolver(scopeResolver), settings, new UserScopes(settings, users), adapter::getObject);
		}

		@Bean
		@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
		ReactiveIdempotentRoutes idempotentRoutes(ReactiveUnguardedRequests requests) {
			return ReactiveGuardedRoutes.unguarded(requests);
		}

	}

}
