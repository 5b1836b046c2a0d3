package io.idempotent.benchmarks.growth;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import io.idempotent.Idempotent;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application whose store keeps nothing, and what it keeps itself.
 */
@Configuration(proxyBeanMethods = false)
class Holding {

	private static final String KILOBYTE = Texts.random(1_000, 1);

	@Bean
	static ForgetfulStore store() {
		return new ForgetfulStore();
	}

	@Bean
	static Service service() {
		return new Service();
	}

	static class Service {

		@Idempotent(key = "#key", operation = "holding.small")
		public String small(String key) {
			return "accepted: " + key.substring(6);
		}

		@Idempotent(key = "#key", operation = "holding.kilobyte")
		public String kilobyte(String key) {
			return KILOBYTE + "accepted " + key;
		}

		/** In flight until the future is completed. */
		@Idempotent(key = "#key", operation = "holding.future", payload = Idempotent.UNCHECKED)
		public CompletableFuture<String> future(String key, CompletableFuture<String> future) {
			return future;
		}

		/** In flight until the latch is open. */
		@Idempotent(key = "#key", operation = "holding.thread", payload = Idempotent.UNCHECKED)
		public String thread(String key, CountDownLatch entered, CountDownLatch open) throws InterruptedException {
			return unguarded(entered, open);
		}

		/** The same, for comparison. */
		public String unguarded(CountDownLatch entered, CountDownLatch open) throws InterruptedException {
			entered.countDown();
			open.await();
			return "done";
		}

	}

}
