package io.idempotent.company;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.idempotent.Idempotent;
import io.idempotent.OperationInProgressException;
import io.idempotent.company.Company.Runs;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hundreds of virtual threads on few keys, few connections and a handful of carriers: one
 * execution per key, and nobody hangs.
 */
@EnabledForJreRange(min = JRE.JAVA_21)
@Timeout(60)
class VirtualThreadTests {

	private static final int THREADS = 400;

	private static final int KEYS = 4;

	private static ApplicationContextRunner node(String store, String policy, boolean localCache) {
		return Company.application()
			.withPropertyValues("spring.threads.virtual.enabled=true", "idempotent.store=" + store,
					"idempotent.on-in-progress=" + policy, "idempotent.wait-timeout=60s",
					"idempotent.local-cache.enabled=" + localCache, "spring.datasource.generate-unique-name=false",
					"spring.datasource.name=" + UUID.randomUUID(), "spring.datasource.hikari.maximum-pool-size=4")
			.withBean(Payments.class);
	}

	@ParameterizedTest(name = "{0}, {1}, local cache {2}")
	@CsvSource({ "memory, wait, true", "memory, reject, true", "memory, wait, false", "memory, reject, false" })
	void aStormInMemory(String store, String policy, boolean localCache) {
		node(store, policy, localCache).run((context) -> storm(List.of(context), policy));
	}

	@ParameterizedTest(name = "{0}, {1}, local cache {2}")
	@CsvSource({ "jdbc, wait, true", "jdbc, reject, true", "jdbc, wait, false", "jdbc, reject, false" })
	void aStormOnTwoNodesOfOneDatabase(String store, String policy, boolean localCache) {
		ApplicationContextRunner node = node(store, policy, localCache);
		node.run((one) -> node.run((two) -> storm(List.of(one, two), policy)));
	}

	private static void storm(List<? extends BeanFactory> nodes, String policy) throws Exception {
		CountDownLatch everybody = new CountDownLatch(THREADS);
		List<Future<String>> calls = IntStream.range(0, THREADS)
			.mapToObj((i) -> call(nodes.get(i % nodes.size()), "key " + i % KEYS, everybody))
			.toList();
		Set<String> results = new HashSet<>();
		List<Throwable> refusals = new ArrayList<>();
		for (Future<String> call : calls) {
			try {
				results.add(call.get());
			}
			catch (ExecutionException ex) {
				refusals.add(ex.getCause());
			}
		}
		assertThat(results).as("one result per key").hasSize(KEYS);
		assertThat(nodes.stream().mapToInt((node) -> node.getBean(Runs.class).get()).sum()).isEqualTo(KEYS);
		if (policy.equals("wait")) {
			assertThat(refusals).isEmpty();
		}
		else {
			assertThat(refusals).isNotEmpty().hasOnlyElementsOfType(OperationInProgressException.class);
		}
	}

	private static Future<String> call(BeanFactory node, String key, CountDownLatch everybody) {
		AsyncTaskExecutor executor = node.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
		assertThat(executor).as("an executor of virtual threads").isInstanceOf(SimpleAsyncTaskExecutor.class);
		Payments payments = node.getBean(Payments.class);
		return executor.submit(() -> {
			everybody.countDown();
			return payments.pay(key, everybody);
		});
	}

	static class Payments {

		private final Runs runs;

		Payments(Runs runs) {
			this.runs = runs;
		}

		@Idempotent(key = "#key", operation = "pay", payload = Idempotent.UNCHECKED)
		public String pay(String key, CountDownLatch everybody) throws InterruptedException {
			everybody.await();
			return "%s in run %d".formatted(key, this.runs.incrementAndGet());
		}

	}

}
