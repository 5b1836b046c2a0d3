package io.idempotent.store.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreModel;
import net.jqwik.api.lifecycle.BeforeContainer;

class JdbcIdempotencyStoreH2ModelTests extends IdempotencyStoreModel {

	private static DataSource dataSource;

	@BeforeContainer
	static void open() throws Exception {
		dataSource = H2.create("");
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
