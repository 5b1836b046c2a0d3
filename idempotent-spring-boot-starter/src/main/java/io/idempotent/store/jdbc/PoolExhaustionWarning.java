package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

import javax.sql.DataSource;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.function.SingletonSupplier;

/**
 * Notices callers whose transaction holds a connection of the very pool that a statement
 * of ours needs another one of: when as many do so at once as the pool has connections,
 * each of them waits until the pool gives up. Warns once, when half as many do.
 */
final class PoolExhaustionWarning {

	private static final Logger logger = LoggerFactory.getLogger(PoolExhaustionWarning.class);

	private final SingletonSupplier<Integer> poolSize;

	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Creates the watch.
	 * @param poolSize how many connections the pool has at most, 0 if that is not known;
	 * asked once, when the first caller needs it
	 */
	PoolExhaustionWarning(IntSupplier poolSize) {
		this.poolSize = SingletonSupplier.of(poolSize::getAsInt);
	}

	<T> T count(DataSource dataSource, DatabaseCall<T> call) throws SQLException {
		if (!TransactionSynchronizationManager.hasResource(dataSource)) {
			return call.run();
		}
		try {
			warnOf(this.waiting.incrementAndGet());
			return call.run();
		}
		finally {
			this.waiting.decrementAndGet();
		}
	}

	private void warnOf(int callers) {
		if (this.warned.get()) {
			return;
		}
		int size = this.poolSize.obtain();
		if (size > 0 && 2 * callers >= size && this.warned.compareAndSet(false, true)) {
			logger.warn("Idempotent operations are called inside of transactions that hold a connection of the pool in "
					+ "which their records need another one. {} callers do so at once, and with {} the pool is used up, so that "
					+ "each waits until it gives up. Annotate the method that opens the transaction, use transaction = JOIN, "
					+ "or give the records a pool of their own: a DataSource annotated with @IdempotencyDataSource.",
					callers, size);
		}
	}

}
