package io.idempotent.autoconfigure;

import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.engine.PurgeWorker;
import io.idempotent.engine.claim.MaintenanceListener;
import io.idempotent.store.IdempotencyStore;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Purges from the end of the start to the begin of the stop. A context that is paused and
 * started again gets a new worker.
 */
final class PurgeLifecycle implements SmartLifecycle {

	private final IdempotencyStore store;

	private final IdempotencyProperties.Purge properties;

	private final List<MaintenanceListener> listeners;

	private @Nullable PurgeWorker worker;

	PurgeLifecycle(IdempotencyStore store, IdempotencyProperties.Purge properties,
			List<MaintenanceListener> listeners) {
		this.store = store;
		this.properties = properties;
		this.listeners = listeners;
	}

	@Override
	public synchronized void start() {
		if (this.worker == null) {
			this.worker = new PurgeWorker(this.store, this.properties.interval(), this.properties.batchSize(),
					this.listeners, Ticker.systemTicker());
			this.worker.start();
		}
	}

	@Override
	public synchronized void stop() {
		if (this.worker != null) {
			this.worker.close();
			this.worker = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.worker != null;
	}

}
