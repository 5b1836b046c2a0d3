package io.idempotent.autoconfigure;

import java.nio.file.Path;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the user reads when the database is not as it must be.
 */
class DatabaseStartFailureTests {

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void aMissingTableIsNamedTogetherWithTheScriptOfItsDatabase(TestDatabase database) {
		FailureAnalysis analysis = failure(database.createEmpty(), "");
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
		FailureAnalysis analysis = failure(database.create(), "idempotent.jdbc.table-name=nowhere.records");
		assertThat(analysis.getDescription()).contains("'nowhere.records'").contains("does not exist");
		assertThat(analysis.getAction()).contains("'idempotent.jdbc.table-name'");
	}

	@ParameterizedTest
	@EnumSource(TestDatabase.class)
	void aMissingColumnIsSaidToBeMissing(TestDatabase database) {
		Address address = database.create();
		TestDatabase.execute(address, "ALTER TABLE idempotency_record DROP COLUMN fence");
		FailureAnalysis analysis = failure(address, "");
		assertThat(analysis.getDescription()).contains("'idempotency_record'").contains("lacks a column");
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB", "MYSQL" })
	void aReadOnlyDatabaseIsSaidToBeThat(TestDatabase database) {
		assertReadOnly(database.create(),
				"spring.datasource.hikari.connection-init-sql=" + ((database == TestDatabase.POSTGRESQL)
						? "SET default_transaction_read_only = on" : "SET SESSION TRANSACTION READ ONLY"));
	}

	@Test
	void aReadOnlyFileIsSaidToBeReadOnly(@TempDir Path directory) {
		Address address = new Address("jdbc:h2:file:" + directory.resolve("db"), "sa", "");
		try (HikariDataSource pool = TestDatabase.H2.pool(address, 1)) {
			TestDatabase.H2.createTable(pool);
		}
		assertReadOnly(address.with(";ACCESS_MODE_DATA=r"), "");
	}

	private static void assertReadOnly(Address address, String property) {
		FailureAnalysis analysis = failure(address, property);
		assertThat(analysis.getDescription()).contains("'idempotency_record'").contains("read-only");
		assertThat(analysis.getAction()).contains("primary").contains("@IdempotencyDataSource");
	}

	private static FailureAnalysis failure(Address address, String property) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + address.url(),
					"spring.datasource.username=" + address.user(), "spring.datasource.password=" + address.password(),
					"spring.datasource.generate-unique-name=false", "idempotent.jdbc.initialize-schema=never",
					property.isEmpty() ? "spring.main.banner-mode=off" : property)
			.run((context) -> {
				analysis[0] = StartFailure.analyze(context);
			});
		return analysis[0];
	}

}
