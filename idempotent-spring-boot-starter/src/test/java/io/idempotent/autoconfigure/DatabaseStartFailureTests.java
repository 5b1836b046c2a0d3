package io.idempotent.autoconfigure;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the user reads when the database is not as it must be.
 */
class DatabaseStartFailureTests {

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void aMissingTableIsNamedTogetherWithTheScriptOfItsDatabase(TestDatabase database) {
		FailureAnalysis analysis = failure(database, database.createEmpty(), "");
		assertThat(analysis.getDescription()).contains("'idempotency_record'").contains("does not exist");
		assertThat(analysis.getAction())
			.contains("'classpath:io/idempotent/store/jdbc/" + database.platform() + "/R__idempotency_record.sql'")
			.contains("'spring.flyway.locations'")
			.contains("'io/idempotent/store/jdbc/changelog.xml'")
			.contains("'idempotent.jdbc.initialize-schema' to 'always'");
	}

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void aMissingSchemaIsAMissingTable(TestDatabase database) {
		FailureAnalysis analysis = failure(database, database.create(), "idempotent.jdbc.table-name=nowhere.records");
		assertThat(analysis.getDescription()).contains("'nowhere.records'").contains("does not exist");
		assertThat(analysis.getAction()).contains("'idempotent.jdbc.table-name'");
	}

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void aMissingColumnIsSaidToBeMissing(TestDatabase database) {
		Address address = database.create();
		TestDatabase.execute(address, "ALTER TABLE idempotency_record DROP COLUMN fence");
		FailureAnalysis analysis = failure(database, address, "");
		assertThat(analysis.getDescription()).contains("'idempotency_record'").contains("lacks a column");
	}

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void aDatabaseThatIsNotReachableIsNotSaidToLackTheTable(TestDatabase database) {
		Address address = database.create();
		try (HikariDataSource pool = database.pool(address, 1)) {
			pool.setConnectionTimeout(250);
			pool.setInitializationFailTimeout(-1);
			pool.setJdbcUrl(address.url().replaceFirst("//127\\.0\\.0\\.1:\\d+/", "//127.0.0.1:1/"));
		}
	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class)
	void aReadOnlyDatabaseIsSaidToBeThat(TestDatabase database) {
		Address address = database.create();
		readOnly(database, address, () -> {
			FailureAnalysis analysis = failure(database, address, "");
			assertThat(analysis.getDescription()).contains("'idempotency_record'").contains("read-only");
			assertThat(analysis.getAction()).contains("primary").contains("@IdempotencyDataSource");
		});
	}
}
