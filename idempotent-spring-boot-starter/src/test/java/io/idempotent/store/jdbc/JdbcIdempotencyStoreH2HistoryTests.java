package io.idempotent.store.jdbc;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreHistoryContract;

class JdbcIdempotencyStoreH2HistoryTests extends IdempotencyStoreHistoryContract {

	@Override
	protected IdempotencyStore createStore() throws Exception {
		return H2.store(H2.create(""));
	}

}
