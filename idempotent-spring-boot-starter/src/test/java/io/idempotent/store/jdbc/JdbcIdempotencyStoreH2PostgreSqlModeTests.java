package io.idempotent.store.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreContract;
import org.junit.jupiter.api.BeforeAll;

class JdbcIdempotencyStoreH2PostgreSqlModeTests extends IdempotencyStoreContract {

	private static DataSource dataSource;

	@BeforeAll
	static void open() throws Exception {
		dataSource = H2.create(";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH");
	}

	@Override
	protected IdempotencyStore createStore() throws Exception {
		return H2.virtualStore(dataSource);
	}

	@Override
	protected void advance(Duration duration) {
		VirtualClock.advance(duration);
	}

}
