package io.idempotent.autoconfigure;

import java.util.List;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.execute.ExecuteApi;
import io.idempotent.web.execute.ExecuteOperations;
import io.idempotent.web.execute.ExecuteReactiveRoutes;
import io.idempotent.web.execute.ExecuteRoutes;
import io.idempotent.web.openapi.ExecuteOpenApiCustomizer;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.validation.Validator;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration of the API through which clients run operations by name.
 */
@AutoConfiguration(after = IdempotencyWebAutoConfiguration.class,
		afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnSwitch(value = "idempotent.web.execute-api.enabled", byDefault = false)
@ConditionalOnBean(WebSettings.class)
public final class IdempotencyExecuteApiAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(IdempotencyExecuteApiAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	ExecuteOperations idempotencyExecuteOperations(ListableBeanFactory beanFactory, JsonMapper mapper,
			IdempotencyProperties properties, @Qualifier("mvcValidator") ObjectProvider<Validator> mvcValidator,
			@Qualifier("webFluxValidator") ObjectProvider<Validator> webFluxValidator) {
		ExecuteOperations operations = new ExecuteOperations(ExecuteHandlers.in(beanFactory), mapper,
				mvcValidator.getIfAvailable(webFluxValidator::getIfAvailable));
		report(properties.web().executeApi().path(), operations);
		return operations;
	}

	private static void report(String path, ExecuteOperations operations) {
		if (operations.names().isEmpty()) {
			logger.warn(
					"Idempotent: POST {} has no operation to execute. Declare beans of type {}, or leave out idempotent.web.execute-api.enabled.",
					path, IdempotentOperationHandler.class.getName());
		}
		else {
			logger.info("Idempotent: POST {} executes {} operation(s): {}", path, operations.names().size(),
					String.join(", ", operations.names()));
		}
	}

	@Bean
	@ConditionalOnMissingBean
	ExecuteApi idempotencyExecuteApi(ExecuteOperations operations, IdempotencyEngine engine, Operations definitions,
			PayloadDigester digester, WebSettings settings, UserScopes scopes, IdempotencyScopeResolver scopeResolver) {
		return new ExecuteApi(operations, engine, definitions, digester, settings, scopes, scopeResolver);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	static class MvcConfiguration {

		/** After all routes of the application. */
		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		org.springframework.web.servlet.function.RouterFunction<?> idempotencyExecuteRoutes(ExecuteApi api,
				IdempotencyProperties properties) {
			return ExecuteRoutes.of(properties.web().executeApi().path(), api);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	static class WebFluxConfiguration {

		/** After all routes of the application. */
		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		org.springframework.web.reactive.function.server.RouterFunction<?> idempotencyExecuteRoutes(ExecuteApi api,
				IdempotencyProperties properties) {
			return ExecuteReactiveRoutes.of(properties.web().executeApi().path(), api);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(GlobalOpenApiCustomizer.class)
	static class OpenApiConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ExecuteOpenApiCustomizer idempotencyExecuteOpenApiCustomizer(ExecuteOperations operations,
				IdempotencyProperties properties, WebSettings settings, EngineSettings limits) {
			return new ExecuteOpenApiCustomizer(properties.web().executeApi().path(), List.copyOf(operations.names()),
					settings.header(), limits.maxKeyLength());
		}

	}

}
