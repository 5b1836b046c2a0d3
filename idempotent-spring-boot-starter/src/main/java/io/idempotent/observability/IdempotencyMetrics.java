package io.idempotent.observability;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.idempotent.engine.claim.MaintenanceListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Counts and times calls as {@code idempotent.execution}, by operation, source and
 * outcome; and what the background work does as {@code idempotent.renewals},
 * {@code idempotent.purged} and {@code idempotent.abandoned}. No key is ever in a tag.
 */
public final class IdempotencyMetrics implements IdempotencyListener, MaintenanceListener {

	private final Map<TimerKey, Timer> timers = new ConcurrentHashMap<>();

	private final MeterRegistry registry;

	private final Counter renewals;

	private final Counter purged;

	private volatile double abandoned = Double.NaN;

	/**
	 * Registers the meters. Until it is first sampled by a purge, the number of abandoned
	 * records is not a number.
	 * @param registry where they are registered
	 */
	public IdempotencyMetrics(MeterRegistry registry) {
		this.registry = registry;
		this.renewals = Counter.builder("idempotent.renewals")
			.description("Leases renewed while the method ran")
			.register(registry);
		this.purged = Counter.builder("idempotent.purged").description("Expired records deleted").register(registry);
		Gauge.builder("idempotent.abandoned", this, (metrics) -> metrics.abandoned)
			.description("Records whose outcome nobody knows")
			.register(registry);
	}

	@Override
	public void onTerminal(IdempotencyEvent event) {
		TimerKey key = new TimerKey(event.operation(), event.source(), event.outcome());
		Timer timer = this.timers.get(key);
		if (timer == null) {
			timer = this.timers.computeIfAbsent(key, this::register);
		}
		timer.record(event.duration());
	}

	@Override
	public void onRenewed(int count) {
		this.renewals.increment(count);
	}

	@Override
	public void onPurged(int count) {
		this.purged.increment(count);
	}

	@Override
	public void onAbandonedCounted(long count) {
		this.abandoned = count;
	}

	private Timer register(TimerKey key) {
		return Timer.builder("idempotent.execution")
			.description("Calls of idempotent operations, by how they ended")
			.tag("operation", key.operation())
			.tag("source", key.source().tag())
			.tag("outcome", key.outcome().tag())
			.register(this.registry);
	}

	private record TimerKey(String operation, IdempotencySource source, IdempotencyOutcome outcome) {

	}

}
