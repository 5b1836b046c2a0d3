package io.idempotent.engine.operation;

import java.lang.reflect.Field;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.AbandonedPolicy;
import io.idempotent.InProgressPolicy;
import io.idempotent.ResultCodec;
import io.idempotent.TransactionMode;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.engine.failure.UnknownFailures;
import io.idempotent.engine.operation.EngineSettings.LocalCacheSettings;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.Test;

import org.springframework.core.ResolvableType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is kept of an operation, and what belongs to a call.
 */
class OperationsTests {

	private final AtomicInteger validations = new AtomicInteger();

	private final EngineSettings settings = new EngineSettings(Duration.ofHours(1), Duration.ofSeconds(30),
			Duration.ofHours(1), InProgressPolicy.REJECT, Duration.ofSeconds(20), AbandonedPolicy.HOLD,
			TransactionMode.INDEPENDENT, UnknownFailures.DEFAULT, 255, 1_000_000,
			new LocalCacheSettings(true, 1_000_000, Duration.ofHours(2)));

	private final Operations operations = new Operations(this.settings, new CountingCodec(),
			() -> new JoinableTransactions(new MemoryIdempotencyStore(), null));

	@Test
	void settingsThatAreComputedForEachCallAreNeitherKeptNorCheckedAgain() throws Exception {
		for (int i = 1; i <= 1_000; i++) {
			Duration computed = Duration.ofMillis(10 + i);
			assertThat(this.operations.define(spec(String.class, computed, computed, computed))).satisfies(
					(operation) -> assertThat(List.of(operation.ttl(), operation.lease(), operation.waitTimeout()))
						.containsOnly(computed));
		}
		assertThat(this.validations).hasValue(1);
		assertThat(kept()).isLessThan(10);
		assertThat(this.operations.names()).containsExactly("test");
		assertThat(this.operations.find("test").orElseThrow().ttl()).isEqualTo(Duration.ofMillis(11));
	}

	@Test
	void failuresAndPoliciesThatAreComputedForEachCallAreNotKept() throws Exception {
		for (int i = 0; i < 100; i++) {
			Set<Class<? extends Throwable>> failures = (i % 2 == 0) ? Set.of(IllegalStateException.class) : Set.of();
			Operation operation = this.operations.define(new OperationSpec("test", String.class, null, null,
					(i % 3 == 0) ? InProgressPolicy.WAIT : InProgressPolicy.REJECT, null,
					(i % 5 == 0) ? AbandonedPolicy.RETRY : AbandonedPolicy.HOLD, failures, failures,
					TransactionMode.DEFAULT, null, "nothing"));
			assertThat(operation.recordFailures()).isEqualTo(failures);
			assertThat(operation.unknownFailures().types()).isEqualTo(failures);
		}
		assertThat(this.validations).hasValue(1);
		assertThat(kept()).isLessThan(10);
	}

	@Test
	void theSameSettingsAreTheSameOperation() {
		Operation operation = this.operations.define(spec(String.class, null, null, null));
		assertThat(this.operations.define(spec(String.class, null, null, null))).isSameAs(operation);
	}

	@Test
	void eachSettingOfACallIsChecked() {
		this.operations.define(spec(String.class, null, null, null));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.operations.define(spec(String.class, Duration.ZERO, null, null)))
			.withMessageContaining("'ttl' is PT0S");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.operations.define(spec(String.class, Duration.ofDays(36_501), null, null)))
			.withMessage(
					"'ttl' is PT876024H, but must be from 1 ms to 36500 days; set it to a duration within these limits, or leave it out to get the default");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.operations.define(spec(String.class, null, Duration.ofHours(2), null)))
			.withMessageContaining("'lease' is PT2H");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.operations.define(spec(String.class, null, null, Duration.ofSeconds(-1))))
			.withMessageContaining("'waitTimeout' is PT-1S");
	}

	@Test
	void anOperationHasOneResultTypeThatMayComeLater() {
		this.operations.define(spec(String.class, null, null, null));
		Type future = ResolvableType.forClassWithGenerics(CompletableFuture.class, String.class).getType();
		assertThat(this.operations.define(spec(future, null, null, null)).shape()).isEqualTo(ResultShape.STAGE);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.operations.define(spec(Integer.class, null, null, null)))
			.withMessageContaining("operation 'test' is declared with two result types");
	}

	private static OperationSpec spec(Type type, Duration ttl, Duration lease, Duration waitTimeout) {
		return new OperationSpec("test", type, ttl, lease, InProgressPolicy.DEFAULT, waitTimeout,
				AbandonedPolicy.DEFAULT, Set.of(), Set.of(), TransactionMode.DEFAULT, null, "nothing");
	}

	private int kept() throws Exception {
		int kept = 0;
		for (Field field : Operations.class.getDeclaredFields()) {
			if (Map.class.isAssignableFrom(field.getType())) {
				field.setAccessible(true);
				kept += ((Map<?, ?>) field.get(this.operations)).size();
			}
		}
		assertThat(kept).isPositive();
		return kept;
	}

	private final class CountingCodec implements ResultCodec {

		private final ResultCodec codec = new JsonResultCodec();

		@Override
		public String format() {
			return this.codec.format();
		}

		@Override
		public byte[] encode(Object result, Type type) {
			return this.codec.encode(result, type);
		}

		@Override
		public Object decode(byte[] encoded, Type type) {
			return this.codec.decode(encoded, type);
		}

		@Override
		public void validate(Type type) {
			OperationsTests.this.validations.incrementAndGet();
			this.codec.validate(type);
		}

	}

}
