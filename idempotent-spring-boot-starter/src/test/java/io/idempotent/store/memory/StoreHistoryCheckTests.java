package io.idempotent.store.memory;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.StoreHistoryCheckContract;

class StoreHistoryCheckTests extends StoreHistoryCheckContract {

	@Override
	protected IdempotencyStore createStore() {
		return new MemoryIdempotencyStore();
	}

}
