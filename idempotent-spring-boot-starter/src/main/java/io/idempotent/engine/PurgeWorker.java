package io.idempotent.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.idempotent.store.IdempotencyStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Deletes expired records on a thread of its own, in batches of its own transactions, and
 * counts abandoned ones. Runs on every node; a failed run is logged and followed by the
 * next.
 */
public final class PurgeWorker implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PurgeWorker.class);

	/** Leaves room for the next run, and for other nodes. */
	private static final int MAX_BATCHES = 100;

	private final IdempotencyStore store;

	private final Duration interval;

	private final int batchSize;

	private final List<MaintenanceListener> listeners;

	private final ScheduledThreadPoolExecutor scheduler;

	/**
	 * Creates the worker.
	 * @param store whose records are deleted
	 * @param interval the time from the end of a run to the next, at least 1 ms
	 * @param batchSize the maximal number of records per statement, at least 1
	 * @param listeners are told what was done
	 */
	public PurgeWorker(IdempotencyStore store, Duration interval, int batchSize, List<MaintenanceListener> listeners) {
		this.store = store;
		this.interval = interval;
		this.batchSize = batchSize;
		this.listeners = List.copyOf(listeners);
		CustomizableThreadFactory threads = new CustomizableThreadFactory("idempotent-purge-");
		threads.setDaemon(true);
		this.scheduler = new ScheduledThreadPoolExecutor(1, threads);
	}

	/**
	 * Starts; the first run comes after a random part of the interval, so that nodes
	 * started together do not purge together.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // a run reports by itself
	public void start() {
		long millis = this.interval.toMillis();
		this.scheduler.scheduleWithFixedDelay(this::run, ThreadLocalRandom.current().nextLong(millis), millis,
				TimeUnit.MILLISECONDS);
	}

	/**
	 * Runs once, now, in the current thread.
	 */
	public void run() {
		try {
			int purged = purge();
			long abandoned = this.store.countAbandoned();
			logger.debug("Purged {} expired records; {} are abandoned", purged, abandoned);
			this.listeners.forEach((listener) -> {
				listener.onPurged(purged);
				listener.onAbandonedCounted(abandoned);
			});
		}
		catch (RuntimeException ex) {
			logger.warn("Expired records could not be purged; trying again in {}", this.interval, ex);
		}
	}

	private int purge() {
		int total = 0;
		int purged = this.batchSize;
		for (int batch = 0; batch < MAX_BATCHES && purged >= this.batchSize; batch++) {
			purged = this.store.purge(this.batchSize);
			total += purged;
		}
		return total;
	}

	@Override
	public void close() {
		this.scheduler.shutdownNow();
	}

}
