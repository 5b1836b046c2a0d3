package io.idempotent.autoconfigure;

import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.web.openapi.IdempotencyOpenApiCustomizer;
import io.idempotent.web.request.WebSettings;
import org.springdoc.core.customizers.GlobalOperationComponentsCustomizer;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the description of idempotency keys in OpenAPI documents made by
 * springdoc.
 */
@AutoConfiguration(after = IdempotencyWebAutoConfiguration.class)
@ConditionalOnClass(GlobalOperationComponentsCustomizer.class)
@ConditionalOnBean(WebSettings.class)
public final class IdempotencyOpenApiAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	IdempotencyOpenApiCustomizer idempotencyOpenApiCustomizer(ObjectProvider<IdempotentOperationSource> source,
			WebSettings settings, EngineSettings limits) {
		return new IdempotencyOpenApiCustomizer(source::getObject, settings, limits);
	}

}
