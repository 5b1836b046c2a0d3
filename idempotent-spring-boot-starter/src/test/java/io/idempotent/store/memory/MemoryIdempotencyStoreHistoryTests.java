package io.idempotent.store.memory;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreHistoryContract;

class MemoryIdempotencyStoreHistoryTests extends IdempotencyStoreHistoryContract {

	@Override
	protected IdempotencyStore createStore() {
		return new MemoryIdempotencyStore();
	}

}
