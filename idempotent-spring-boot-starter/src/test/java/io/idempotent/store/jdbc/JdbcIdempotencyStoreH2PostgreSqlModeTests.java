package io.idempotent.store.jdbc;

import java.time.Duration;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreContract;

class JdbcIdempotencyStoreH2PostgreSqlModeTests extends IdempotencyStoreContract {

	@Override
	protected IdempotencyStore createStore() throws Exception {
		return H2.virtualStore(H2.create(";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"));
	}

	@Override
	protected void advance(Duration duration) {
		VirtualClock.advance(duration);
	}

}
