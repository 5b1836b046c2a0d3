package io.idempotent.autoconfigure;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencyTemplate;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that stops while an operation is running.
 */
@Timeout(60)
class GracefulShutdownTests {

	private final Address address = TestDatabase.H2.createEmpty();

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CountDownLatch mayReturn = new CountDownLatch(1);

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	private ConfigurableApplicationContext start(String timeout) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + this.address.url(), "spring.main.banner-mode=off",
					"spring.lifecycle.timeout-per-shutdown-phase=" + timeout)
			.run();
	}

	private CompletableFuture<String> call(ConfigurableApplicationContext context) throws Exception {
		IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
		CompletableFuture<String> call = CompletableFuture
			.supplyAsync(() -> template.operation("slow").key("k").returning(String.class).execute(() -> {
				this.entered.countDown();
				try {
					this.mayReturn.await(50, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				return "done";
			}));
		this.entered.await();
		return call;
	}

	@Test
	void aRunningExecutionEndsAndIsRecordedBeforeAnythingThatItNeedsIsClosed() throws Exception {
		ConfigurableApplicationContext context = start("40s");
		CompletableFuture<String> call = call(context);
		CountDownLatch closing = new CountDownLatch(1);
		context.addApplicationListener((ContextClosedEvent event) -> closing.countDown());
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::close);
		closing.await();
		assertThat(stopped).isNotDone();
		this.mayReturn.countDown();
		stopped.get();
		assertThat(call.get()).isEqualTo("done");
		try (ConfigurableApplicationContext next = start("1s")) {
			String replayed = next.getBean(IdempotencyTemplate.class)
				.operation("slow")
				.key("k")
				.returning(String.class)
				.execute(() -> "again");
			assertThat(replayed).isEqualTo("done");
		}
	}

	@Test
	void anExecutionThatNeverEndsKeepsTheApplicationNoLongerThanTheLifecycleAllows() throws Exception {
		ConfigurableApplicationContext context = start("500ms");
		CompletableFuture<String> call = call(context);
		context.close();
		assertThat(call).isNotDone();
		this.mayReturn.countDown();
		assertThat(call.get()).isEqualTo("done");
	}

}
