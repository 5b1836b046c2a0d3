package io.idempotent.company;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.idempotent.Idempotent;
import jakarta.validation.constraints.NotNull;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.Advised;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who stands outside of whom where one method has everything: the order that
 * docs/companions.md shows.
 */
class AdviceOrderTests {

	private static final String SECURITY = "DeferringMethodInterceptor";

	private final ApplicationContextRunner application = Company.application(Everything.class)
		.withBean(Contracts.class);

	@Test
	void everyCompanionStandsWhereTheDocumentationSays() {
		this.application.run((context) -> {
			List<String> order = Arrays.stream(((Advised) context.getBean(Contracts.class)).getAdvisors())
				.map((advisor) -> advisor.getAdvice().getClass().getSimpleName())
				.toList();
			assertThat(order).hasSize(9)
				.startsWith("AnnotationAsyncExecutionInterceptor", "ConcurrencyLimitInterceptor",
						"RetryAnnotationInterceptor", SECURITY, SECURITY, "IdempotentInterceptor")
				.contains("CacheInterceptor", "TransactionInterceptor")
				.endsWith("MethodValidationInterceptor");
		});
	}

	@Validated
	static class Contracts {

		@Async
		@Retryable
		@ConcurrencyLimit(1)
		@PreAuthorize("permitAll()")
		@PostAuthorize("permitAll()")
		@Idempotent(key = "#workflowId", operation = "contract.submit")
		@Cacheable("receipts")
		@Transactional
		public CompletableFuture<String> submit(@NotNull String workflowId) {
			return CompletableFuture.completedFuture(workflowId);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	@EnableResilientMethods
	@EnableCaching
	@EnableMethodSecurity
	static class Everything {

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

	}

}
