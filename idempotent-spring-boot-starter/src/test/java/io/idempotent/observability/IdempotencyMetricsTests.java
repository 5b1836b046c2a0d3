package io.idempotent.observability;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class IdempotencyMetricsTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final IdempotencyMetrics metrics = new IdempotencyMetrics(this.registry);

	@Test
	void callsAreTimedByOperationSourceAndOutcomeAndNothingElse() {
		this.metrics.onTerminal(event(IdempotencyOutcome.REPLAYED));
		this.metrics.onTerminal(event(IdempotencyOutcome.REPLAYED));
		this.metrics.onTerminal(event(IdempotencyOutcome.KEY_REUSED));
		Timer timer = this.registry.get("idempotent.execution").tag("outcome", "replayed").timer();
		assertThat(timer.getId().getTags()).containsExactlyInAnyOrder(Tag.of("operation", "contract.submit"),
				Tag.of("source", "in-flight"), Tag.of("outcome", "replayed"));
		assertThat(timer.count()).isEqualTo(2);
		assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(10);
		assertThat(this.registry.get("idempotent.execution").tag("outcome", "key-reused").timer().count()).isOne();
	}

	@Test
	void backgroundWorkIsCounted() {
		this.metrics.onPurged(3);
		this.metrics.onPurged(4);
		this.metrics.onRenewed(2);
		assertThat(this.registry.get("idempotent.purged").counter().count()).isEqualTo(7);
		assertThat(this.registry.get("idempotent.renewals").counter().count()).isEqualTo(2);
	}

	@Test
	void abandonedRecordsAreRegisteredAtOnceAndUnknownUntilTheyAreCounted() {
		assertThat(this.registry.get("idempotent.abandoned").gauge().value()).isNaN();
		this.metrics.onAbandonedCounted(5);
		assertThat(this.registry.get("idempotent.abandoned").gauge().value()).isEqualTo(5);
	}

	private static IdempotencyEvent event(IdempotencyOutcome outcome) {
		return new IdempotencyEvent("contract.submit", "", "secret-key-4711", outcome, IdempotencySource.IN_FLIGHT, 1,
				Duration.ofMillis(5), null);
	}

}
