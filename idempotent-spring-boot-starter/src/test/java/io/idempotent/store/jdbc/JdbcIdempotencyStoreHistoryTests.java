package io.idempotent.store.jdbc;

import java.io.IOException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.LossyProxy;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreHistoryContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What many threads see of each protocol that claims records, also if the network loses
 * requests and replies.
 */
class JdbcIdempotencyStoreHistoryTests {

	private static final int CONNECTIONS = 16;

	@Nested
	@ParameterizedClass
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB" })
	class OnAReliableNetwork extends IdempotencyStoreHistoryContract {

		private final HikariDataSource pool;

		private final TestDatabase database;

		OnAReliableNetwork(TestDatabase database) {
			this.database = database;
			this.pool = database.pool(CONNECTIONS);
		}

		@Override
		protected IdempotencyStore createStore() {
			return this.database.store(this.pool);
		}

		@AfterEach
		void close() {
			this.pool.close();
		}

	}

	@Nested
	@ParameterizedClass
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB" })
	class OnALossyNetwork extends IdempotencyStoreHistoryContract {

		private final TestDatabase database;

		private final LossyProxy proxy;

		private final HikariDataSource pool;

		OnALossyNetwork(TestDatabase database) throws IOException {
			// reports each broken connection with a stack trace
			((Logger) LoggerFactory.getLogger("com.zaxxer.hikari.pool.ProxyConnection")).setLevel(Level.ERROR);
			this.database = database;
			Address address = database.createOnServer();
			// H2 needs many round trips for one statement
			this.proxy = new LossyProxy(address.port(), (database == TestDatabase.H2) ? 1_000 : 150);
			this.pool = database.pool(address.at(this.proxy.port()), CONNECTIONS);
			this.pool.setExceptionOverrideClassName(EvictsBrokenH2Connections.class.getName());
		}

		@Override
		protected IdempotencyStore createStore() {
			IdempotencyStore store = this.database.store(this.pool);
			this.proxy.startCutting();
			return store;
		}

		@AfterEach
		void replyWasLostNowAndThen() throws IOException {
			this.pool.close();
			this.proxy.close();
			assertThat(this.proxy.lostRequests()).isGreaterThan(10);
			assertThat(this.proxy.lostReplies()).isGreaterThan(10);
		}

	}

}
