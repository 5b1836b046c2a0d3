package io.idempotent.autoconfigure;

import java.time.Duration;
import java.util.UUID;

import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotencySettlement.Answer;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.actuate.IdempotencyEndpoint;
import io.idempotent.actuate.IdempotencyEndpoint.Decision;
import io.idempotent.actuate.IdempotencyEndpoint.RecordView;
import io.idempotent.actuate.IdempotencyOverview;
import io.idempotent.store.Claim;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class IdempotencyEndpointAutoConfigurationTests {

	private static final String KEY = "order-4711-secret";

	private static final RecordKey RECORD = new RecordKey("tenant-1", "contract.submit", KEY);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(IdempotencyStoreAutoConfiguration.class,
				IdempotencyAutoConfiguration.class, IdempotencyEndpointAutoConfiguration.class))
		.withPropertyValues("idempotent.store=memory", "management.endpoints.web.exposure.include=idempotency");

	@Test
	void theOverviewShowsStoreDefaultsOperationsAndAbandonedAttemptsWithoutTheirKeys() {
		this.contextRunner.run((context) -> {
			complete(context, "4711");
			abandon(context);
			assertThat(endpoint(context).read(null, null, null)).isInstanceOfSatisfying(IdempotencyOverview.class,
					(overview) -> {
						assertThat(overview.store()).isEqualTo(context.getBean(IdempotencyStore.class).describe());
						assertThat(overview.defaults().ttl()).hasHours(24);
						assertThat(overview.defaults().onAbandoned()).isEqualTo("hold");
						assertThat(overview.operations()).containsExactly("count");
						assertThat(overview.abandonedCount()).isOne();
						assertThat(overview.abandoned()).singleElement().satisfies((attempt) -> {
							assertThat(attempt.scope()).isEqualTo("tenant-1");
							assertThat(attempt.operation()).isEqualTo("contract.submit");
							assertThat(attempt.maskedKey()).isEqualTo("orde***(17)");
						});
						assertThat(overview.toString()).doesNotContain(KEY);
					});
		});
	}

	@Test
	void oneRecordIsFoundByOperationKeyAndScope() {
		this.contextRunner.run((context) -> {
			abandon(context);
			assertThat(endpoint(context).read("contract.submit", KEY, "tenant-1")).isInstanceOfSatisfying(
					RecordView.class,
					(record) -> assertThat(record.state()).isEqualTo(IdempotencyRecord.State.ABANDONED));
			assertThat(endpoint(context).read("contract.submit", KEY, null)).isNull();
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint(context).read("contract.submit", null, null));
		});
	}

	@Test
	void anAbandonedAttemptIsOpenedForAnotherOnlyIfItIsTheOneThatWasSeen() {
		this.contextRunner.run((context) -> {
			long fencingToken = abandon(context);
			assertThat(settle(context, fencingToken + 1, Decision.RETRY)).isEqualTo(Answer.CHANGED);
			assertThat(settle(context, fencingToken, Decision.FORGET)).isEqualTo(Answer.CHANGED);
			assertThat(settle(context, fencingToken, Decision.RETRY)).isEqualTo(Answer.SETTLED);
			assertThat(settle(context, fencingToken, Decision.RETRY)).isEqualTo(Answer.CHANGED);
		});
	}

	@Test
	void aFinishedRecordIsForgottenAndNotReopened() {
		this.contextRunner.run((context) -> {
			complete(context, "4711");
			long fencingToken = context.getBean(IdempotencySettlement.class)
				.find("", "count", "4711")
				.orElseThrow()
				.fencingToken();
			IdempotencyEndpoint endpoint = endpoint(context);
			assertThat(endpoint.settle("count", "4711", null, fencingToken, Decision.RETRY).answer())
				.isEqualTo(Answer.CHANGED);
			assertThat(endpoint.settle("count", "4711", null, fencingToken, Decision.FORGET).answer())
				.isEqualTo(Answer.SETTLED);
			assertThat(endpoint.settle("count", "4711", null, fencingToken, Decision.FORGET).answer())
				.isEqualTo(Answer.CHANGED);
		});
	}

	@Test
	void withoutExposureThereIsNoEndpoint() {
		this.contextRunner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(IdempotencyEndpoint.class));
	}

	@Test
	void withoutActuatorTheApplicationStarts() {
		new ApplicationContextRunner().withUserConfiguration(ImportedByName.class)
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate."))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("idempotencyEndpoint"));
	}

	@Test
	void switchedOffThereIsNoEndpoint() {
		this.contextRunner.withPropertyValues("idempotent.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(IdempotencyEndpoint.class));
	}

	private static IdempotencyEndpoint endpoint(AssertableApplicationContext context) {
		return context.getBean(IdempotencyEndpoint.class);
	}

	private static Answer settle(AssertableApplicationContext context, long fencingToken, Decision decision) {
		return endpoint(context).settle("contract.submit", KEY, "tenant-1", fencingToken, decision).answer();
	}

	private static void complete(AssertableApplicationContext context, String key) {
		context.getBean(IdempotencyTemplate.class)
			.operation("count")
			.key(key)
			.returning(Integer.class)
			.<RuntimeException>execute(() -> 1);
	}

	private static long abandon(AssertableApplicationContext context) {
		IdempotencyStore store = context.getBean(IdempotencyStore.class);
		Ownership ownership = new Ownership(RECORD, UUID.randomUUID());
		store.claim(new Claim(ownership, null, Duration.ofMinutes(1), Duration.ofHours(1), null));
		store.abandon(ownership);
		return store.findAbandoned(1).get(0).fencingToken();
	}

	/** As in an application: the class is not loaded before its conditions are met. */
	@ImportAutoConfiguration(IdempotencyEndpointAutoConfiguration.class)
	static class ImportedByName {

	}

}
