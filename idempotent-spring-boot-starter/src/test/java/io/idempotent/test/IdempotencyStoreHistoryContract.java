package io.idempotent.test;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.StoreHistory.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What many threads see of a store in real time has no contradiction. A subclass says how
 * to create an empty store that uses real time.
 */
public abstract class IdempotencyStoreHistoryContract {

	private static final int CALLS = 10_000;

	private static final long LEASE = HistoryRecorder.LEASE.toNanos();

	/**
	 * Creates the store.
	 * @return an empty store whose clock goes on by itself
	 * @throws Exception if it cannot
	 */
	protected abstract IdempotencyStore createStore() throws Exception;

	@Test
	@Timeout(60)
	void historyOfManyThreadsHasNoContradiction() throws Exception {
		StoreHistory history = new HistoryRecorder(createStore(), CALLS).record();
		assertThat(history.violations(LEASE)).isEmpty();
		assertThat(history.count(Kind.COMPLETED)).isGreaterThan(100);
		assertThat(history.count(Kind.REFUSED)).isPositive();
	}

}
