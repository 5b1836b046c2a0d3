package io.idempotent.autoconfigure;

import io.idempotent.autoconfigure.IdempotencyProperties.Web;
import io.idempotent.autoconfigure.IdempotencyProperties.Web.Anonymous;
import io.idempotent.autoconfigure.IdempotencyProperties.Web.OnServerError;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.interceptor.UserIdentifier;
import io.idempotent.web.IdempotencyExceptionHandler;
import io.idempotent.web.IdempotencyProblems;
import io.idempotent.web.request.RefusalHandlers;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.method.ControllerAdviceBean;

/**
 * Auto-configuration of what all web applications have in common: how keys are taken from
 * requests, and how refused ones are answered.
 */
@AutoConfiguration(after = IdempotencyAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnClass(ControllerAdvice.class)
@ConditionalOnIdempotencyEnabled
@ConditionalOnSwitch("idempotent.web.enabled")
public final class IdempotencyWebAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	WebSettings idempotencyWebSettings(IdempotencyProperties properties, EngineSettings settings,
			ConfigurableBeanFactory beanFactory) {
		return settings(properties, settings.maxResultSize(), beanFactory.getBeanClassLoader());
	}

	static WebSettings settings(IdempotencyProperties properties, long maxResponseSize,
			@Nullable ClassLoader classLoader) {
		Web web = properties.web();
		boolean secured = ClassUtils.isPresent("org.springframework.security.web.SecurityFilterChain", classLoader);
		Anonymous anonymous = (web.anonymous() != null) ? web.anonymous()
				: (secured ? Anonymous.REJECT : Anonymous.SHARED);
		return new WebSettings(web.header(), web.keyRequired(), anonymous == Anonymous.SHARED,
				anonymous == Anonymous.SHARED && web.anonymous() == null, web.maxBodySize().toBytes(), maxResponseSize,
				web.onServerError() == OnServerError.RECORD, web.problemBaseUri());
	}

	@Bean
	@ConditionalOnMissingBean
	UserScopes idempotencyUserScopes(WebSettings settings, UserIdentifier users) {
		return new UserScopes(settings, users);
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyProblems idempotencyProblems(WebSettings settings) {
		return new IdempotencyProblems(settings.problemBaseUri(), settings.header());
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencyExceptionHandler idempotencyExceptionHandler(IdempotencyProblems problems) {
		return new IdempotencyExceptionHandler(problems);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	RefusalHandlers idempotencyRefusalHandlers(ApplicationContext context) {
		return new RefusalHandlers(() -> ControllerAdviceBean.findAnnotatedBeans(context));
	}

}
