package io.idempotent.engine;

import java.io.IOException;
import java.sql.Connection;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.database.LossyProxy;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * A statement of the method that is its own transaction, and whose connection is lost
 * before its reply has come, may have been executed.
 */
@Timeout(60)
class LostStatementTests {

	private final TestEngine node = new TestEngine(new MemoryIdempotencyStore());

	@AfterEach
	void close() {
		this.node.close();
	}

	private State stateAfter(Callable<?> method) {
		Throwable failure = catchThrowable(() -> this.node.call("k", () -> String.valueOf(method.call())));
		assertThat(failure).isNotNull();
		return this.node.settlement().find("", "test", "k").orElseThrow().state();
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB" })
	void isUnknownWhenItsReplyIsLost(TestDatabase database) throws IOException {
		Address address = database.createEmpty();
		TestDatabase.execute(address, "CREATE TABLE effect (id INT)");
		try (LossyProxy proxy = new LossyProxy(address.port(), 1);
				HikariDataSource pool = database.pool(address.at(proxy.port()), 1)) {
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			proxy.loseRepliesTo("INSERT INTO effect");
			assertThat(stateAfter(() -> jdbc.update("INSERT INTO effect VALUES (1)"))).isEqualTo(State.ABANDONED);
			assertThat(proxy.lostReplies()).isOne();
		}
	}

	@Test
	void isUnknownWhenPostgreSqlEndsTheSession() throws Exception {
		Address address = TestDatabase.POSTGRESQL.createEmpty();
		try (HikariDataSource pool = TestDatabase.POSTGRESQL.pool(address, 2)) {
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			CompletableFuture<State> state = CompletableFuture
				.supplyAsync(() -> stateAfter(() -> jdbc.queryForList("SELECT pg_sleep(50)")));
			await().until(() -> !jdbc
				.queryForList(
						"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(50)'")
				.isEmpty());
			assertThat(state.get()).isEqualTo(State.ABANDONED);
		}
	}

	@Test
	void isReleasedWhenTheDatabaseStopsItAfterATime() {
		Address address = TestDatabase.POSTGRESQL.createEmpty();
		try (HikariDataSource pool = TestDatabase.POSTGRESQL.pool(address, 1)) {
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			assertThat(stateAfter(() -> jdbc
				.queryForList("SELECT set_config('statement_timeout', '20', false); SELECT pg_sleep(50)")))
				.isEqualTo(State.RELEASED);
		}
	}

	@Test
	void isReleasedWhenTheConnectionWasClosedBefore() {
		Address address = TestDatabase.H2.createEmpty();
		try (HikariDataSource pool = TestDatabase.H2.pool(address, 1)) {
			assertThat(stateAfter(() -> {
				Connection connection = pool.getConnection();
				connection.close();
				return connection.createStatement();
			})).isEqualTo(State.RELEASED);
		}
	}

}
