package io.idempotent.autoconfigure;

import java.util.List;

import io.idempotent.store.IdempotencyStore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

class IdempotencyPurgeAutoConfigurationTests {

	private final IdempotencyStore store = mock();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(IdempotencyStoreAutoConfiguration.class, IdempotencyPurgeAutoConfiguration.class))
		.withBean(IdempotencyStore.class, () -> this.store)
		.withPropertyValues("idempotent.purge.interval=1ms", "idempotent.purge.batch-size=17");

	@Test
	void expiredRecordsAreDeletedInBatchesOfTheConfiguredSize() {
		this.contextRunner
			.run((context) -> Awaitility.await().untilAsserted(() -> verify(this.store, atLeastOnce()).purge(17)));
	}

	@Test
	void aContextThatIsStoppedAndStartedPurgesAgain() {
		this.contextRunner.run((context) -> {
			context.getSourceApplicationContext().stop();
			assertThat(context.getBean(PurgeLifecycle.class).isRunning()).isFalse();
			clearInvocations(this.store);
			context.getSourceApplicationContext().start();
			Awaitility.await().untilAsserted(() -> verify(this.store, atLeastOnce()).purge(17));
		});
	}

	@Test
	void noThreadIsLeftWhenTheContextIsClosed() {
		this.contextRunner.run((context) -> Awaitility.await().until(() -> !purgeThreads().isEmpty()));
		Awaitility.await().until(() -> purgeThreads().isEmpty());
	}

	@Test
	void switchedOffNothingIsDeleted() {
		this.contextRunner.withPropertyValues("idempotent.purge.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(PurgeLifecycle.class));
		verify(this.store, never()).purge(anyInt());
	}

	private static List<String> purgeThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("idempotent-purge"))
			.toList();
	}

}
