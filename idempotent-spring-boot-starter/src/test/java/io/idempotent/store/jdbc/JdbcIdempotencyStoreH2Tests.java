package io.idempotent.store.jdbc;

import java.time.Duration;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreContract;

class JdbcIdempotencyStoreH2Tests extends IdempotencyStoreContract {

	@Override
	protected IdempotencyStore createStore() throws Exception {
		return H2.virtualStore(H2.create(""));
	}

	@Override
	protected void advance(Duration duration) {
		VirtualClock.advance(duration);
	}

}
