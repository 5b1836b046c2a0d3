package io.idempotent.store.jdbc;

import java.time.Duration;
import java.util.UUID;

import javax.sql.DataSource;

import io.idempotent.IdempotencyStoreException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.test.FlakyDataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class JdbcSchemaTests {

	@Test
	void scriptCreatesTheTableAndMayRunAgain() throws Exception {
		DataSource dataSource = H2.create("");
		H2.createSchema(dataSource);
		assertThatNoException().isThrownBy(H2.store(dataSource)::verifySchema);
	}

	@Test
	void missingTableIsNamed() {
		JdbcIdempotencyStore store = H2.store(JdbcConnectionPool.create(H2.url(""), "sa", ""));
		assertThatExceptionOfType(MissingTableException.class).isThrownBy(store::verifySchema)
			.satisfies((ex) -> assertThat(ex.tableName()).isEqualTo("idempotency_record"))
			.satisfies((ex) -> assertThat(ex.platform()).isEqualTo("h2"))
			.havingCause()
			.withMessageContaining("IDEMPOTENCY_RECORD");
	}

	@ParameterizedTest
	@ValueSource(strings = { "fence", "result", "completed_at", "expires_at", "idem_key" })
	void missingColumnIsMissingToo(String column) throws Exception {
		DataSource dataSource = H2.create("");
		H2.execute(dataSource, "DROP INDEX idempotency_record_expires");
		H2.execute(dataSource, "ALTER TABLE idempotency_record DROP COLUMN " + column);
		assertThatExceptionOfType(MissingTableException.class).isThrownBy(H2.store(dataSource)::verifySchema);
	}

	@Test
	void unreachableDatabaseIsNotMissingTable() throws Exception {
		FlakyDataSource dataSource = new FlakyDataSource(H2.create(""));
		dataSource.setDown(true);
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(H2.store(dataSource)::verifySchema);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a b", "a;b", "a--", "1a", "a.b.c", ".a", "a.", "\"a\"", "a'", "r WHERE 1=1 --",
			"idempotency_record r", "täble" })
	void tableNameIsNothingButName(String name) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new JdbcIdempotencyStore(JdbcConnectionPool.create(H2.url(""), "sa", ""),
					JdbcDialects.forPlatform("h2"), name))
			.withMessageContaining("'" + name + "' of idempotent.jdbc.table-name");
	}

	@Test
	void tableMayBeInAnotherSchema() throws Exception {
		DataSource dataSource = H2.create("");
		H2.execute(dataSource, "CREATE SCHEMA other");
		H2.execute(dataSource, "CREATE TABLE other.my_records AS SELECT * FROM idempotency_record");
		JdbcIdempotencyStore store = new JdbcIdempotencyStore(dataSource, JdbcDialects.detect(dataSource),
				"other.my_records");
		store.verifySchema();
		Ownership owner = new Ownership(new RecordKey("", "operation", "key"), UUID.randomUUID());
		assertThat(store.claim(new Claim(owner, null, Duration.ofSeconds(1), Duration.ofSeconds(1), null)))
			.isInstanceOf(ClaimResult.Acquired.class);
		assertThat(store.describe()).isEqualTo("jdbc (H2), table other.my_records");
	}

}
