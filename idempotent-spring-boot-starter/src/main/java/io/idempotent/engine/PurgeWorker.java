package io.idempotent.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.engine.claim.MaintenanceListener;
import io.idempotent.engine.claim.Outage;
import io.idempotent.store.IdempotencyStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Deletes expired records on a thread of its own, in batches of its own transactions, and
 * counts abandoned ones, less often if there are many records. Runs on every node; a run
 * that fails, whatever it throws, is followed by the next.
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

	private final Outage purging;

	private final Outage counting;

	private final Outage telling;

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
		this.purging = new Outage(logger, "Expired records cannot be purged; tried again every " + interval, ticker);
		this.counting = new Outage(logger, "Abandoned records cannot be counted; tried again every " + interval,
				ticker);
		this.telling = new Outage(logger, "A MaintenanceListener fails when it is told of a purge", ticker);
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
	 * Runs once, now, in the current thread. Never throws: the next run follows whatever
	 * went wrong in this one.
	 */
	public void run() {
		this.purging.survive(() -> {
			int purged = purge();
			logger.debug("Purged {} expired records", purged);
			tell((listener) -> listener.onPurged(purged));
		});
		this.counting.survive(this::countAbandoned);
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
		tell((listener) -> listener.onAbandonedCounted(abandoned));
	}

	private void tell(Consumer<MaintenanceListener> event) {
		this.listeners.forEach((listener) -> this.telling.survive(() -> event.accept(listener)));
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
