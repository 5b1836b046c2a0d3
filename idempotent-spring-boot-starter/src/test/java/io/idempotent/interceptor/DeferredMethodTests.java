package io.idempotent.interceptor;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.IdempotencyContext;
import io.idempotent.Idempotent;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.engine.operation.Operations;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Beans whose methods return futures and publishers, behind real proxies.
 */
@Timeout(60)
class DeferredMethodTests {

	private final ApplicationContextRunner application = Application.proxyingClasses()
		.withUserConfiguration(Inner.class)
		.withBean(Contracts.class);

	@Test
	void futuresAreGuarded() {
		this.application.run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			List<String> first = contracts.future("k", 7).get(20, TimeUnit.SECONDS);
			assertThat(first).hasSize(2);
			assertThat(contracts.future("k", 7).get(20, TimeUnit.SECONDS)).isEqualTo(first).isNotSameAs(first);
			assertThat(contracts.stage("k").toCompletableFuture().get(20, TimeUnit.SECONDS))
				.isEqualTo(contracts.stage("k").toCompletableFuture().get(20, TimeUnit.SECONDS));
			assertThat(contracts.nothing("k").get(20, TimeUnit.SECONDS)).isNull();
			assertThat(contracts.nothing("k").get(20, TimeUnit.SECONDS)).isNull();
			assertThat(contracts.runs()).isEqualTo(3);
		});
	}

	@Test
	void publishersAreGuarded() {
		this.application.run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			assertThat(contracts.mono("k").block()).isEqualTo(contracts.mono("k").block()).isNotBlank();
			assertThat(contracts.flux("k").collectList().block()).isEqualTo(contracts.flux("k").collectList().block())
				.hasSize(2);
			assertThat(contracts.runs()).isEqualTo(2);
		});
	}

	@Test
	void eachSubscriptionThatRunsTheMethodPassesTheInnerAdviceAsWell() {
		this.application.run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			AtomicInteger passed = context.getBean(Inner.class).passed;
			Mono<String> failing = contracts.failing("k");
			assertThat(passed).hasValue(0);
			assertThat(failing.retry(2).block()).isEqualTo("run 3");
			assertThat(passed).hasValue(3);
			assertThat(failing.block()).isEqualTo("run 3");
			assertThat(passed).hasValue(3);
		});
	}

	@Test
	void aMissingKeyComesThroughTheFuture() {
		this.application.run((context) -> {
			CompletableFuture<List<String>> refused = context.getBean(Contracts.class).future(null, 7);
			assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
				.hasCauseInstanceOf(MissingIdempotencyKeyException.class);
			Mono<String> mono = context.getBean(Contracts.class).mono(" ");
			assertThatExceptionOfType(MissingIdempotencyKeyException.class).isThrownBy(mono::block);
		});
	}

	@Test
	void theSettlementOfAnOperationTakesTheValueNotTheFuture() {
		this.application.run((context) -> {
			assertThat(context.getBean(Operations.class).find("future"))
				.hasValueSatisfying((operation) -> assertThat(operation.resultType().getTypeName())
					.isEqualTo("java.util.List<java.lang.String>"));
		});
	}

	@Test
	void otherFuturesAndPublishersStopTheStart() {
		for (Class<?> refused : List.of(Nested.class, Raw.class, Connectable.class, FlowPublisher.class)) {
			Application.proxyingClasses().withBean(refused).run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).hasMessageContaining(refused.getSimpleName())
					.hasMessageContaining((refused == Raw.class) ? "java.lang.Object"
							: "Only the return type itself can be a CompletableFuture, CompletionStage, Mono or Flux");
			});
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Inner {

		final AtomicInteger passed = new AtomicInteger();

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		Advisor inner() {
			NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
			pointcut.setMappedName("failing");
			DefaultPointcutAdvisor advisor = new DefaultPointcutAdvisor(pointcut, (MethodInterceptor) (invocation) -> {
				this.passed.incrementAndGet();
				return invocation.proceed();
			});
			advisor.setOrder(Integer.MAX_VALUE);
			return advisor;
		}

	}

	static class Contracts {

		private final AtomicInteger runs = new AtomicInteger();

		int runs() {
			return this.runs.get();
		}

		private String run() {
			return "run " + this.runs.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "future")
		CompletableFuture<List<String>> future(String id, int amount) {
			return CompletableFuture.supplyAsync(() -> List.of(run(), "amount " + amount));
		}

		@Idempotent(key = "#id", operation = "stage")
		CompletionStage<String> stage(String id) {
			return CompletableFuture.supplyAsync(this::run);
		}

		@Idempotent(key = "#id", operation = "nothing")
		CompletableFuture<Void> nothing(String id) {
			return CompletableFuture.runAsync(this::run);
		}

		@Idempotent(key = "#id", operation = "mono")
		Mono<String> mono(String id) {
			return Mono.deferContextual(
					(view) -> Mono.just(run() + " " + view.get(IdempotencyContext.class).keyFor("downstream")));
		}

		@Idempotent(key = "#id", operation = "flux")
		Flux<String> flux(String id) {
			return Flux.defer(() -> Flux.just(run(), "end"));
		}

		@Idempotent(key = "#id", operation = "failing")
		Mono<String> failing(String id) {
			String run = run();
			return this.runs.get() < 3 ? Mono.error(new IllegalStateException(run)) : Mono.just(run);
		}

	}

	static class Nested {

		@Idempotent(key = "#id", operation = "nested")
		public CompletableFuture<Mono<String>> nested(String id) {
			throw new UnsupportedOperationException();
		}

	}

	static class Raw {

		@Idempotent(key = "#id", operation = "raw")
		@SuppressWarnings("rawtypes")
		public CompletableFuture raw(String id) {
			throw new UnsupportedOperationException();
		}

	}

	static class Connectable {

		@Idempotent(key = "#id", operation = "connectable")
		public ConnectableFlux<String> connectable(String id) {
			throw new UnsupportedOperationException();
		}

	}

	static class FlowPublisher {

		@Idempotent(key = "#id", operation = "publisher")
		public Flow.Publisher<String> publisher(String id) {
			throw new UnsupportedOperationException();
		}

	}

}
