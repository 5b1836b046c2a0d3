package io.idempotent.store.jdbc;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class JdbcIdempotencyStoreH2AutoCommitOffTests extends IdempotencyStoreContract {

	private static final HikariDataSource POOL = new HikariDataSource();

	@BeforeAll
	static void open() throws Exception {
		POOL.setJdbcUrl(H2.url(""));
		POOL.setAutoCommit(false);
		POOL.setMaximumPoolSize(2);
		H2.createSchema(POOL);
	}

	@AfterAll
	static void close() {
		POOL.close();
	}

	@Override
	protected IdempotencyStore createStore() throws Exception {
		return H2.virtualStore(POOL);
	}

	@Override
	protected void advance(Duration duration) {
		VirtualClock.advance(duration);
	}

}
