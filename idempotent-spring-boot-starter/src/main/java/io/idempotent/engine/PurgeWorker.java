package io.idempotent.engine;

import java.time.Duration;
import java.util.List;

import io.idempotent.store.IdempotencyStore;

/**
 * Deletes expired records on a thread of its own, and counts abandoned ones.
 */
public final class PurgeWorker implements AutoCloseable {

	public PurgeWorker(IdempotencyStore store, Duration interval, int batchSize, List<MaintenanceListener> listeners) {
	}

	/**
	 * Starts; the first run comes after a random part of the interval.
	 */
	public void start() {
	}

	@Override
	public void close() {
	}

}
