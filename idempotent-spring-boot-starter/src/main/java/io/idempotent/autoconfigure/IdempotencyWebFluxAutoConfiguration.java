package io.idempotent.autoconfigure;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.Operations;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.interceptor.RequestGuard;
import io.idempotent.web.IdempotencyExceptionHandler;
import io.idempotent.web.ReactiveIdempotentRoutes;
import io.idempotent.web.reactive.IdempotencyHandlerAdapter;
import io.idempotent.web.reactive.IdempotencyWebFilter;
import io.idempotent.web.reactive.ReactiveErrors;
import io.idempotent.web.reactive.ReactiveGuardedRoutes;
import io.idempotent.web.reactive.ReactiveIdempotencyRequests;
import io.idempotent.web.reactive.ReactiveRefusals;
import io.idempotent.web.reactive.ReactiveRequestGuard;
import io.idempotent.web.request.RefusalHandlers;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebSettings;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.reactive.HandlerResultHandler;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Auto-configuration of {@code @Idempotent} on handlers of Spring WebFlux, whose keys
 * come with the requests.
 */
@AutoConfiguration(after = IdempotencyWebAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(DispatcherHandler.class)
@ConditionalOnIdempotencyEnabled
@ConditionalOnSwitch("idempotent.web.enabled")
public final class IdempotencyWebFluxAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	RequestGuard idempotencyRequestGuard(ObjectProvider<RequestMappingInfoHandlerMapping> mappings,
			ReactiveIdempotencyRequests requests) {
		return new ReactiveRequestGuard(mappings::stream, requests);
	}

	@Bean
	@ConditionalOnMissingBean
	ReactiveIdempotencyRequests idempotencyRequests(ObjectProvider<IdempotencyEngine> engine, PayloadDigester digester,
			WebSettings settings, UserScopes scopes) {
		return new ReactiveIdempotencyRequests(engine::getObject, digester, settings, scopes);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ReactiveErrors idempotencyErrors(ObjectProvider<WebExceptionHandler> handlers,
			ObjectProvider<IdempotencyHandlerAdapter> adapter, ObjectProvider<HandlerResultHandler> resultHandlers) {
		return new ReactiveErrors(handlers::orderedStream, adapter::getObject, resultHandlers::orderedStream);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	IdempotencyWebFilter idempotencyFilter(WebSettings settings, ReactiveErrors errors,
			ObjectProvider<ServerCodecConfigurer> codecs) {
		return new IdempotencyWebFilter(settings, errors, codecs::getObject);
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	IdempotencyHandlerAdapter idempotencyHandlerAdapter(ObjectProvider<IdempotentOperationSource> source,
			ReactiveIdempotencyRequests requests, ReactiveRefusals refusals,
			ObjectProvider<RequestMappingHandlerAdapter> adapter) {
		return new IdempotencyHandlerAdapter(source::getObject, requests, refusals,
				() -> adapter.orderedStream().findFirst().orElseThrow());
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ReactiveRefusals idempotencyRefusals(IdempotencyExceptionHandler problems, RefusalHandlers handlers) {
		return new ReactiveRefusals(problems, handlers);
	}

	/** Of filters, and of what writes answers. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	WebExceptionHandler idempotencyWebExceptionHandler(ReactiveRefusals refusals) {
		return refusals::answer;
	}

	@Bean
	@ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
	ReactiveIdempotentRoutes idempotentRoutes(ReactiveIdempotencyRequests requests, Operations operations,
			ObjectProvider<IdempotencyScopeResolver> scopeResolver, IdempotencyExceptionHandler problems) {
		return ReactiveGuardedRoutes.guarded(requests, operations, scopeResolver::getObject, problems);
	}

}
