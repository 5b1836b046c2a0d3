package io.idempotent.autoconfigure;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.autoconfigure.IdempotencyProperties.Web;
import io.idempotent.autoconfigure.IdempotencyProperties.Web.Anonymous;
import io.idempotent.autoconfigure.IdempotencyProperties.Web.OnServerError;
import io.idempotent.engine.EngineSettings;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.Operations;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.web.IdempotencyExceptionHandler;
import io.idempotent.web.IdempotencyFilter;
import io.idempotent.web.IdempotencyHandlerInterceptor;
import io.idempotent.web.IdempotencyProblems;
import io.idempotent.web.IdempotencyRequests;
import io.idempotent.web.IdempotentRoutes;
import io.idempotent.web.ReplayMarker;
import io.idempotent.web.WebRequestGuard;
import io.idempotent.web.WebSettings;
import jakarta.servlet.DispatcherType;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Auto-configuration of {@code @Idempotent} on handlers of Spring MVC, whose keys come
 * with the requests.
 */
@AutoConfiguration(after = IdempotencyAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, FilterRegistrationBean.class })
@ConditionalOnIdempotencyEnabled
@ConditionalOnBooleanProperty(name = "idempotent.web.enabled", matchIfMissing = true)
public final class IdempotencyWebMvcAutoConfiguration {

	/** After Spring Security, whose filters have -100. */
	private static final int FILTER_ORDER = 0;

	@Bean
	@ConditionalOnMissingBean
	WebSettings idempotencyWebSettings(IdempotencyProperties properties, EngineSettings settings,
			ConfigurableBeanFactory beanFactory) {
		Web web = properties.web();
		boolean secured = ClassUtils.isPresent("org.springframework.security.web.SecurityFilterChain",
				beanFactory.getBeanClassLoader());
		Anonymous anonymous = (web.anonymous() != null) ? web.anonymous()
				: (secured ? Anonymous.REJECT : Anonymous.SHARED);
		return new WebSettings(web.header(), web.keyRequired(), anonymous == Anonymous.SHARED,
				anonymous == Anonymous.SHARED && web.anonymous() == null, web.maxBodySize().toBytes(),
				settings.maxResultSize(), web.onServerError() == OnServerError.RECORD, web.problemBaseUri());
	}

	@Bean
	@ConditionalOnMissingBean
	RequestGuard idempotencyRequestGuard(ObjectProvider<RequestMappingInfoHandlerMapping> mappings,
			IdempotencyRequests requests) {
		return new WebRequestGuard(mappings::stream, requests);
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyRequests idempotencyRequests(ObjectProvider<IdempotencyEngine> engine, PayloadDigester digester,
			WebSettings settings) {
		return new IdempotencyRequests(engine::getObject, digester, settings);
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyProblems idempotencyProblems(WebSettings settings) {
		return new IdempotencyProblems(settings.problemBaseUri());
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyExceptionHandler idempotencyExceptionHandler(IdempotencyProblems problems) {
		return new IdempotencyExceptionHandler(problems);
	}

	@Bean
	@ConditionalOnMissingBean(name = "idempotencyFilter")
	FilterRegistrationBean<IdempotencyFilter> idempotencyFilter(WebSettings settings,
			@Qualifier(DispatcherServlet.HANDLER_EXCEPTION_RESOLVER_BEAN_NAME) ObjectProvider<HandlerExceptionResolver> resolver) {
		FilterRegistrationBean<IdempotencyFilter> registration = new FilterRegistrationBean<>(
				new IdempotencyFilter(settings, resolver::getObject));
		registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
		registration.setOrder(FILTER_ORDER);
		return registration;
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
	@ConditionalOnMissingBean
	IdempotentRoutes idempotentRoutes(IdempotencyRequests requests, Operations operations,
			ObjectProvider<IdempotencyScopeResolver> scopeResolver, IdempotencyProblems problems) {
		return new IdempotentRoutes(requests, operations, scopeResolver::getObject, problems);
	}

	@Bean
	ReplayMarker idempotencyReplayMarker() {
		return new ReplayMarker();
	}

}
