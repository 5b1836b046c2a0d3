package io.idempotent.test;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.StoreHistory.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What many threads see of a store in real time has no contradiction. A subclass says how
 * to create an empty store that uses real time. The system property
 * {@code idempotent.history.operations} says how many operations it takes, if not 20,000.
 */
public abstract class IdempotencyStoreHistoryContract {

	private static final int OPERATIONS = Integer.getInteger("idempotent.history.operations", 20_000);

	/**
	 * Creates the store.
	 * @return an empty store whose clock goes on by itself
	 * @throws Exception if it cannot
	 */
	protected abstract IdempotencyStore createStore() throws Exception;

	@Test
	void historyOfManyThreadsHasNoContradiction() throws Exception {
		StoreHistory history = new HistoryRecorder(createStore(), OPERATIONS).record();
		assertThat(history.violations()).isEmpty();
		assertThat(history.operations()).isGreaterThanOrEqualTo(OPERATIONS);
		assertThat(history.count(Kind.COMPLETED)).isGreaterThan(100);
		assertThat(history.count(Kind.REFUSED)).isPositive();
		assertThat(history.count(Kind.POSSIBLY_ACQUIRED)).isPositive();
	}

}
