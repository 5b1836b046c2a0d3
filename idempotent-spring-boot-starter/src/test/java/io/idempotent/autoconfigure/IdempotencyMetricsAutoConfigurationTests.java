package io.idempotent.autoconfigure;

import java.time.Duration;

import io.idempotent.IdempotencyTemplate;
import io.idempotent.observability.IdempotencyMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class IdempotencyMetricsAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class,
						IdempotencyMetricsAutoConfiguration.class, IdempotencyPurgeAutoConfiguration.class))
		.withPropertyValues("idempotent.store=memory", "idempotent.purge.interval=10ms");

	@Test
	void callsAndThePurgeReachTheRegistry() {
		this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run((context) -> {
			context.getBean(IdempotencyTemplate.class)
				.operation("count")
				.key("1")
				.returning(Integer.class)
				.<RuntimeException>execute(() -> 1);
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.get("idempotent.execution")
				.tags("operation", "count", "source", "none", "outcome", "executed")
				.timer()
				.count()).isOne();
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.until(() -> registry.get("idempotent.abandoned").gauge().value() == 0);
		});
	}

	@Test
	void withoutRegistryThereAreNoMeters() {
		this.contextRunner
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(IdempotencyMetrics.class));
	}

	@Test
	void withoutMicrometerTheApplicationStarts() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.micrometer."))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("idempotencyMetrics"));
	}

	@Test
	void switchedOffThereAreNoMeters() {
		this.contextRunner.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withPropertyValues("idempotent.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(IdempotencyMetrics.class));
	}

}
