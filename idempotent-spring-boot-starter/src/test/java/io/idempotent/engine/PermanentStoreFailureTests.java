package io.idempotent.engine;

import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.TransactionMode;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.jdbc.JdbcDialects;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;
import io.idempotent.web.IdempotencyProblems;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpHeaders;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/**
 * What a database will never do is not advised to be tried again.
 */
@ExtendWith(OutputCaptureExtension.class)
class PermanentStoreFailureTests {

	@Test
	void aKeyThatTheEncodingOfTheDatabaseHasNoCharactersForIsInvalid(CapturedOutput output) {
		Address server = TestDatabase.POSTGRESQL.createEmpty();
		String name = server.url().replaceFirst(".*/", "") + "latin";
		TestDatabase.execute(server,
				"CREATE DATABASE " + name + " ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
		Address latin = new Address(server.url().replaceFirst("[^/]+$", name), server.user(), "");
		try (HikariDataSource pool = TestDatabase.POSTGRESQL.pool(latin, 4)) {
			JdbcIdempotencyStore store = TestDatabase.POSTGRESQL.createStore(pool);
			store.verifySchema();
			assertThat(output.getAll().lines().filter((line) -> line.contains("encoding"))).singleElement()
				.asString()
				.contains("WARN", "UTF-8");
			assertInvalid(store, pool, "zł", "emoji 😀", "漢字");
			assertWorks(store, pool, "zl", "Zürich");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "MARIADB", "MYSQL" })
	void aKeyThatTheColumnHasNoCharactersForIsInvalid(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			TestDatabase.execute(pool,
					"ALTER TABLE idempotency_record MODIFY idem_key VARCHAR(512) CHARACTER SET latin1 NOT NULL");
			assertInvalid(database.store(pool), pool, "zł", "emoji 😀", "漢字");
			assertWorks(database.store(pool), pool, "zl", "Zürich");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL", "HSQLDB" })
	void aKeyThatIsTooLongForTheColumnIsInvalid(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			TestDatabase.execute(pool, switch (database) {
				case H2, HSQLDB -> "ALTER TABLE idempotency_record ALTER COLUMN idem_key SET DATA TYPE VARCHAR(8)";
				case POSTGRESQL -> "ALTER TABLE idempotency_record ALTER COLUMN idem_key TYPE VARCHAR(8)";
				default -> "ALTER TABLE idempotency_record MODIFY idem_key VARCHAR(8) NOT NULL";
			});
			assertInvalid(database.store(pool), pool, "123456789", "12345678 ".repeat(4));
			assertWorks(database.store(pool), pool, "12345678");
		}
	}

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void aTableThatIsGoneIsNotWorthARetry(TestDatabase database) {
		try (HikariDataSource pool = database.pool(4)) {
			TestDatabase.execute(pool, "DROP TABLE idempotency_record");
			try (TestEngine node = new TestEngine(database.store(pool))) {
				assertThatExceptionOfType(IdempotencyStoreException.class)
					.isThrownBy(() -> node.call("k", () -> "done"))
					.withMessageContaining("a retry does not help")
					.satisfies((ex) -> assertThat(ex.isRetryable()).isFalse());
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "22001, false", "22P05, false", "23502, false", "42501, false", "42P01, false", "42S02, false",
			"28P01, false", "28000, false", "3D000, false", "3F000, false", "54000, false", "08006, true",
			"08001, true", "40001, true", "53300, true", "53100, true", "55P03, true", "57P01, true", "57P03, true",
			"25006, true", "0A000, true", "HYT00, true", "HY000, true", "90067, true", ", true" })
	void theStateOfAnErrorDecidesWhetherARetryHelps(String state, boolean retryable) throws SQLException {
		DataSource dataSource = mock(AbstractDataSource.class);
		willThrow(new SQLException("trouble", state)).given(dataSource).getConnection();
		try (TestEngine node = new TestEngine(
				new JdbcIdempotencyStore(dataSource, JdbcDialects.forPlatform("mysql"), "idempotency_record"))) {
			if ("22001".equals(state) || "22P05".equals(state)) {
				assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
					.isThrownBy(() -> node.call("k", () -> "done"));
				return;
			}
			assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> node.call("k", () -> "done"))
				.satisfies((ex) -> {
					assertThat(ex.isRetryable()).isEqualTo(retryable);
					var answer = new IdempotencyProblems(null, "Idempotency-Key").toResponse(ex);
					assertThat(answer.getStatusCode().value()).isEqualTo(503);
					assertThat(answer.getHeaders().containsHeader(HttpHeaders.RETRY_AFTER)).isEqualTo(retryable);
					assertThat(answer.getBody().getProperties()).containsEntry("retryable", retryable);
				});
		}
	}

	private static void assertInvalid(JdbcIdempotencyStore store, DataSource pool, String... keys) {
		for (TransactionMode mode : List.of(TransactionMode.INDEPENDENT, TransactionMode.JOIN)) {
			try (TestEngine node = node(store, pool, mode)) {
				for (String key : keys) {
					for (int call = 0; call < 2; call++) {
						assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
							.isThrownBy(() -> node.call(key, () -> {
								throw new AssertionError("it ran");
							}))
							.satisfies((ex) -> assertThat(ex.isRetryable()).isFalse());
						assertThat(node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.KEY_INVALID);
					}
				}
				assertThat(node.inFlight()).isZero();
			}
		}
		assertThat(TestDatabase.number(pool, "SELECT COUNT(*) FROM idempotency_record")).isZero();
	}

	private static void assertWorks(JdbcIdempotencyStore store, DataSource pool, String... keys) {
		for (TransactionMode mode : List.of(TransactionMode.INDEPENDENT, TransactionMode.JOIN)) {
			try (TestEngine node = node(store, pool, mode)) {
				for (String key : keys) {
					assertThat(node.call(key, () -> "done")).isEqualTo("done");
				}
			}
		}
	}

	private static TestEngine node(JdbcIdempotencyStore store, DataSource pool, TransactionMode mode) {
		TestEngine node = new TestEngine(store);
		node.transaction = store.canJoinTransaction() ? mode : TransactionMode.INDEPENDENT;
		node.transactionManager = new JdbcTransactionManager(pool);
		return node;
	}

}
