package io.idempotent.autoconfigure;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.web.IdempotencyExceptionHandler;
import io.idempotent.web.IdempotentRoutes;
import io.idempotent.web.request.RefusalHandlers;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebSettings;
import io.idempotent.web.servlet.GuardedRoutes;
import io.idempotent.web.servlet.IdempotencyExceptionResolver;
import io.idempotent.web.servlet.IdempotencyFilter;
import io.idempotent.web.servlet.IdempotencyHandlerInterceptor;
import io.idempotent.web.servlet.IdempotencyRequests;
import io.idempotent.web.servlet.ReplayMarker;
import io.idempotent.web.servlet.WebRequestGuard;
import jakarta.servlet.DispatcherType;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Auto-configuration of {@code @Idempotent} on handlers of Spring MVC, whose keys come
 * with the requests.
 */
@AutoConfiguration(after = IdempotencyWebAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, FilterRegistrationBean.class })
@ConditionalOnIdempotencyEnabled
@ConditionalOnSwitch("idempotent.web.enabled")
public final class IdempotencyWebMvcAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	RequestGuard idempotencyRequestGuard(ObjectProvider<RequestMappingInfoHandlerMapping> mappings,
			IdempotencyRequests requests) {
		return new WebRequestGuard(mappings::stream, requests);
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyRequests idempotencyRequests(ObjectProvider<IdempotencyEngine> engine, PayloadDigester digester,
			WebSettings settings, UserScopes scopes) {
		return new IdempotencyRequests(engine::getObject, digester, settings, scopes);
	}

	@Bean
	@ConditionalOnMissingBean(name = "idempotencyFilter", search = SearchStrategy.CURRENT)
	FilterRegistrationBean<IdempotencyFilter> idempotencyFilter(WebSettings settings,
			@Value("${spring.security.filter.order:-100}") int securityOrder,
			ObjectProvider<IdempotencyExceptionResolver> resolver) {
		FilterRegistrationBean<IdempotencyFilter> registration = new FilterRegistrationBean<>(
				new IdempotencyFilter(settings, resolver::getObject));
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.FORWARD, DispatcherType.INCLUDE,
				DispatcherType.ASYNC);
		// next inside of Spring Security
		registration.setOrder(securityOrder + 1);
		return registration;
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	IdempotencyExceptionResolver idempotencyExceptionResolver(IdempotencyExceptionHandler problems,
			RefusalHandlers handlers,
			@Qualifier(DispatcherServlet.HANDLER_EXCEPTION_RESOLVER_BEAN_NAME) ObjectProvider<HandlerExceptionResolver> application) {
		return new IdempotencyExceptionResolver(problems, handlers, application::getObject);
	}

	@Bean
	WebMvcConfigurer idempotencyWebMvcConfigurer(ObjectProvider<IdempotentOperationSource> source,
			IdempotencyRequests requests) {
		IdempotencyHandlerInterceptor interceptor = new IdempotencyHandlerInterceptor(source::getObject, requests);
		return new WebMvcConfigurer() {

			@Override
			public void addInterceptors(InterceptorRegistry registry) {
				registry.addInterceptor(interceptor).order(Ordered.LOWEST_PRECEDENCE);
			}

		};
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	IdempotentRoutes idempotentRoutes(IdempotencyRequests requests, Operations operations,
			ObjectProvider<IdempotencyScopeResolver> scopeResolver, IdempotencyExceptionHandler problems) {
		return GuardedRoutes.guarded(requests, operations, scopeResolver::getObject, problems);
	}

	@Bean
	ReplayMarker idempotencyReplayMarker() {
		return new ReplayMarker();
	}

}
