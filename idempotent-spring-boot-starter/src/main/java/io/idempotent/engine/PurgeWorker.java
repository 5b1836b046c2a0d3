package io.idempotent.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.store.IdempotencyStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Deletes expired records on a thread of its own, in batches of its own transactions, and
 * counts abandoned ones, less often if there are many records. Runs on every node; a
 * failed run is logged and followed by the next.
 */
public final class PurgeWorker implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(PurgeWorker.class);

	/** Leaves room for the next run, and for other nodes. */
	private static final int MAX_BATCHES = 100;

	/** Counting may read the whole table: it gets at most a hundredth of the time. */
	private static final int SHARE = 100;

	private final IdempotencyStore store;

	private final Duration interval;

	private final int batchSize;

	private final List<MaintenanceListener> listeners;

	private final ScheduledThreadPoolExecutor scheduler;

	private final Ticker ticker;

	private long countedUntil;

	/**
	 * Creates the worker.
	 * @param store whose records are deleted
	 * @param interval the time from the end of a run to the next, at least 1 ms
	 * @param batchSize the maximal number of records per statement, at least 1
	 * @param listeners are told what was done; without any, nothing is counted
	 * @param ticker a monotonic clock in nanoseconds
	 */
	public PurgeWorker(IdempotencyStore store, Duration interval, int batchSize, List<MaintenanceListener> listeners,
			Ticker ticker) {
		this.store = store;
		this.interval = interval;
		this.batchSize = batchSize;
		this.listeners = List.copyOf(listeners);
		CustomizableThreadFactory threads = new CustomizableThreadFactory("idempotent-purge-");
		threads.setDaemon(true);
		this.scheduler = new ScheduledThreadPoolExecutor(1, threads);
		this.ticker = ticker;
		this.countedUntil = ticker.read();
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
			logger.debug("Purged {} expired records", purged);
			this.listeners.forEach((listener) -> listener.onPurged(purged));
			countAbandoned();
		}
		catch (RuntimeException ex) {
			logger.warn("Expired records could not be purged; trying again in {}", this.interval, ex);
		}
	}

	private void countAbandoned() {
		long begin = this.ticker.read();
		if (this.listeners.isEmpty() || begin - this.countedUntil < 0) {
			return;
		}
		long abandoned;
		try {
			abandoned = this.store.countAbandoned();
		}
		finally {
			long end = this.ticker.read();
			this.countedUntil = end + SHARE * (end - begin);
		}
		this.listeners.forEach((listener) -> listener.onAbandonedCounted(abandoned));
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
