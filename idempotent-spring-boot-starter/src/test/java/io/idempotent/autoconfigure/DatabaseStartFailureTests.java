package io.idempotent.autoconfigure;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Predicate;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.env.MockEnvironment;

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

	@ParameterizedTest
	@ValueSource(strings = { "always", "embedded", "never" })
	void aReadOnlyDatabaseWithoutTheTableIsSaidToBeReadOnlyOrWithoutIt(String mode, @TempDir Path directory) {
		Address address = new Address("jdbc:h2:file:" + directory.resolve("db"), "sa", "");
		TestDatabase.execute(address, "CREATE TABLE other (id INT)");
		String property = "idempotent.jdbc.initialize-schema=" + mode;
		if (mode.equals("always")) {
			assertReadOnly(address.with(";ACCESS_MODE_DATA=r"), property);
			assertThat(failure(address.with(";ACCESS_MODE_DATA=r"), property).getAction())
				.contains("';ACCESS_MODE_DATA=r'", "'spring.datasource.url'")
				.doesNotContain("GRANT");
		}
		else {
			assertThat(failure(address.with(";ACCESS_MODE_DATA=r"), property).getDescription())
				.contains("does not exist");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB" })
	void aReadOnlyDatabaseInWhichTheTableCannotBeCreatedIsSaidToBeThat(TestDatabase database) {
		assertReadOnly(database.createEmpty(), "idempotent.jdbc.initialize-schema=always",
				"spring.datasource.hikari.connection-init-sql=" + ((database == TestDatabase.POSTGRESQL)
						? "SET default_transaction_read_only = on" : "SET SESSION TRANSACTION READ ONLY"));
	}

	@ParameterizedTest
	@CsvSource({ "jdbc:postgres://db.example/app, jdbc:postgresql://db.example/app",
			"postgresql://ann:secret@db.example:5432/app, jdbc:postgresql://db.example:5432/app",
			"postgres://ann:secret@db.example/app?sslmode=secret, jdbc:postgresql://db.example/app",
			"jdbc:maria://db.example/app, jdbc:mariadb://db.example/app",
			"mysql://db.example/app, jdbc:mysql://db.example/app",
			"jdbc:jdbc:postgresql://db.example/app, jdbc:postgresql://db.example/app",
			"JDBC-postgresql://db.example/app, jdbc:" })
	void aUrlThatNoDriverAcceptsIsNamedWithOneThatIsRight(String url, String right) {
		for (String driver : new String[] { "", "spring.datasource.driver-class-name=org.postgresql.Driver",
				"spring.datasource.type=org.springframework.jdbc.datasource.SimpleDriverDataSource" }) {
			FailureAnalysis analysis = failure(new Address(url, "app", ""), driver);
			assertThat(analysis.getDescription()).as(url + " " + driver)
				.contains("idempotency records", "db.example")
				.doesNotContain("secret", "ann:", "getMetaData");
			assertThat(analysis.getAction()).contains("Correct 'spring.datasource.url'", "'" + right)
				.doesNotContain("secret", "Start the database");
		}
	}

	private static void assertReadOnly(Address address, String... properties) {
		FailureAnalysis analysis = failure(address, properties);
		assertThat(analysis.getDescription()).contains("'idempotency_record'").contains("read-only");
		assertThat(analysis.getAction()).contains("primary").contains("@IdempotencyDataSource");
	}

	// not reached

	@ParameterizedTest
	@CsvSource({ "jdbc:postgresql://127.0.0.1:1/app?password=secret, 127.0.0.1:1",
			"jdbc:mariadb://127.0.0.1:1/app?user=ann&password=secret, 127.0.0.1:1",
			"jdbc:mysql://127.0.0.1:1/app, 127.0.0.1:1",
			"jdbc:h2:tcp://127.0.0.1:1/mem:app;PASSWORD=secret, 127.0.0.1:1" })
	void aServerThatIsNotThereIsNamedWithWhatTheDriverSays(String url, String address) {
		assertUnreachable(new Address(url, "app", "secret"), address + "/", "refused", "Start the database");
	}

	@ParameterizedTest
	@ValueSource(strings = { "jdbc:postgresql://nowhere.invalid/app", "jdbc:mariadb://nowhere.invalid/app",
			"jdbc:mysql://nowhere.invalid/app" })
	void aHostThatIsNotKnownIsNamed(String url) {
		assertUnreachable(new Address(url, "app", ""), "nowhere.invalid", "unknown host", "the name of the host");
	}

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL" })
	void aUserThatTheDatabaseRefusesIsNamed(TestDatabase database) {
		Address address = database.createOnServer();
		String words = switch (database) {
			case H2 -> "Wrong user name or password";
			case POSTGRESQL -> "role \"stranger\" does not exist";
			default -> "Access denied for user 'stranger'";
		};
		assertUnreachable(new Address(address.url(), "stranger", "secret"), ":" + address.port() + "/", words,
				"'spring.datasource.username'");
	}

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL" })
	void aDatabaseThatIsNotThereIsNamed(TestDatabase database) {
		Address address = database.createOnServer();
		String url = address.url().replaceFirst(";.*", "").replaceFirst("[^/:]+$", "nowhere")
				+ ((database == TestDatabase.H2) ? ";IFEXISTS=TRUE" : "");
		assertUnreachable(new Address(url, address.user(), address.password()), "nowhere", "nowhere",
				"Create that database");
	}

	@Test
	void whatTheDriverSaysIsSaidAlsoIfThePlatformIsConfiguredOrTheScriptIsToRun() {
		for (String property : new String[] { "idempotent.jdbc.platform=postgresql",
				"idempotent.jdbc.initialize-schema=always" }) {
			FailureAnalysis analysis = failure(new Address("jdbc:postgresql://127.0.0.1:1/app", "app", ""), property,
					"idempotent.jdbc.platform=postgresql");
			assertThat(analysis.getDescription()).contains("jdbc:postgresql://127.0.0.1:1/app", "refused");
		}
	}

	@Test
	void whatTheDriverSaysIsSaidAlsoIfSomethingElseNeedsTheDatabaseFirst() {
		Exception refused = new SQLTransientConnectionException("Connection is not available",
				new SQLException("Connection to 127.0.0.1:1 refused", "08001"));
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerBeanDefinition("store", new RootBeanDefinition(JdbcStoreConfiguration.class));
		FailureAnalysis analysis = new MissingDatabaseFailureAnalyzer(beans,
				new MockEnvironment().withProperty("spring.datasource.url",
						"jdbc:postgresql://127.0.0.1:1/app?a=secret"))
			.analyze(new IllegalStateException("flyway", refused));
		assertThat(analysis.getDescription()).contains("jdbc:postgresql://127.0.0.1:1/app,", "127.0.0.1:1 refused")
			.doesNotContain("secret");
		assertThat(new MissingDatabaseFailureAnalyzer(new DefaultListableBeanFactory(), new MockEnvironment())
			.analyze(new IllegalStateException(refused))).isNull();
	}

	private static void assertUnreachable(Address address, String where, String words, String action) {
		FailureAnalysis analysis = failure(address, "spring.datasource.hikari.connection-timeout=1000");
		assertThat(analysis.getDescription()).contains("could not be connected to", where)
			.containsIgnoringCase(words)
			.doesNotContain("secret");
		assertThat(analysis.getAction()).contains(action);
		assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain("jdbc.platform");
	}

	// not allowed

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL" })
	void eachRightThatTheUserLacksIsNamedAsAGrant(TestDatabase database) {
		Rights rights = new Rights(database);
		for (String missing : List.of("SELECT", "INSERT", "UPDATE", "DELETE", "INSERT, DELETE",
				"SELECT, INSERT, UPDATE, DELETE")) {
			List<String> granted = new ArrayList<>(List.of("SELECT", "INSERT", "UPDATE", "DELETE"));
			granted.removeAll(List.of(missing.split(", ")));
			// so that MySQL lets the user in
			rights.give(granted, "CREATE TABLE IF NOT EXISTS other (id INT)");
			FailureAnalysis analysis = failure(rights.address(), "");
			assertThat(analysis.getDescription()).as(missing).contains("'idempotency_record'", "may not");
			// H2 lets nobody change what it cannot read
			String named = (database == TestDatabase.H2 && missing.equals("SELECT")) ? "SELECT, UPDATE, DELETE"
					: missing;
			assertThat(analysis.getAction()).as(missing)
				.contains(
						"GRANT " + named + " ON " + rights.schema() + ".idempotency_record TO " + rights.user() + ";");
			rights.run(analysis.getAction().lines().filter((line) -> line.contains("GRANT")).toList());
			started(rights.address());
		}
	}

	@Test
	void aSchemaThatTheUserMayNotLookIntoIsNamedAsAGrant() {
		Rights rights = new Rights(TestDatabase.POSTGRESQL);
		rights.run(List.of("CREATE SCHEMA ops", "ALTER TABLE idempotency_record SET SCHEMA ops",
				"GRANT SELECT, UPDATE ON ops.idempotency_record TO " + rights.user()));
		for (Address address : List.of(rights.address(), rights.address().with("?currentSchema=ops"))) {
			FailureAnalysis analysis = failure(address,
					address.url().endsWith("ops") ? "" : "idempotent.jdbc.table-name=ops.idempotency_record");
			assertThat(analysis.getAction()).contains("GRANT USAGE ON SCHEMA ops TO " + rights.user() + ";",
					"GRANT INSERT, DELETE ON ops.idempotency_record TO " + rights.user() + ";");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL" })
	void aUserWhoMayNotCreateTheTableIsToldSo(TestDatabase database) {
		Rights rights = new Rights(database);
		rights.give(List.of("SELECT", "INSERT", "UPDATE", "DELETE"), "CREATE TABLE other (id INT)");
		String[] always = { "idempotent.jdbc.initialize-schema=always" };
		started(rights.address(), always);
		rights.run(List.of("DROP TABLE idempotency_record"));
		if (database == TestDatabase.POSTGRESQL) {
			rights.run(List.of("REVOKE CREATE ON SCHEMA public FROM PUBLIC"));
		}
		FailureAnalysis analysis = failure(rights.address(), always);
		assertThat(analysis.getDescription()).contains("'idempotency_record'", "could not be created");
		assertThat(analysis.getAction()).contains("GRANT ", rights.user() + ";", "'never'",
				"classpath:io/idempotent/store/jdbc/" + database.platform() + "/R__idempotency_record.sql");
		rights.run(analysis.getAction().lines().filter((line) -> line.contains("GRANT")).toList());
		if (database != TestDatabase.MARIADB && database != TestDatabase.MYSQL) {
			started(rights.address(), always);
		}
	}

	@ParameterizedTest
	@EnumSource(value = TestDatabase.class, mode = Mode.EXCLUDE, names = "DERBY")
	void aSchemaInWhichTheTableCannotBeCreatedIsNamed(TestDatabase database) {
		FailureAnalysis analysis = failure(database.createEmpty(), "idempotent.jdbc.initialize-schema=always",
				"idempotent.jdbc.table-name=nowhere.records");
		assertThat(analysis.getDescription()).contains("'nowhere.records'").containsIgnoringCase("nowhere");
		assertThat(analysis.getAction()).contains("'nowhere'");
	}

	@Test
	void aScriptThatIsNotThereIsNamed() {
		FailureAnalysis analysis = failure(TestDatabase.H2.createEmpty(), "idempotent.jdbc.initialize-schema=always",
				"idempotent.jdbc.schema=classpath:nowhere.sql");
		assertThat(analysis.getDescription()).contains("'idempotent.jdbc.schema'", "'classpath:nowhere.sql'");
	}

	/** A user who has been given some rights, in a database that has the table. */
	private static final class Rights {

		private final TestDatabase database;

		private final Address owner;

		private final String name = "u" + UUID.randomUUID().toString().substring(0, 8);

		Rights(TestDatabase database) {
			this.database = database;
			this.owner = database.create();
			run(List.of(switch (database) {
				case H2 -> "CREATE USER " + this.name + " PASSWORD 'secret'";
				case POSTGRESQL -> "CREATE ROLE " + this.name + " LOGIN";
				default -> "CREATE USER '" + this.name + "'@'localhost' IDENTIFIED BY 'secret'";
			}));
		}

		Address address() {
			// only an administrator may say when H2 closes
			return new Address(this.owner.url().replaceFirst(";.*", ""), this.name, "secret");
		}

		String user() {
			return switch (this.database) {
				case H2 -> "\"" + this.name.toUpperCase(Locale.ROOT) + "\"";
				case POSTGRESQL -> this.name;
				default -> "'" + this.name + "'@'localhost'";
			};
		}

		String schema() {
			return switch (this.database) {
				case H2 -> "\"PUBLIC\"";
				case POSTGRESQL -> "public";
				default -> this.owner.url().substring(this.owner.url().lastIndexOf('/') + 1);
			};
		}

		void give(List<String> verbs, String more) {
			List<String> statements = new ArrayList<>(List.of(more, "GRANT SELECT ON other TO " + user(),
					"GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_record TO " + user(),
					"REVOKE SELECT, INSERT, UPDATE, DELETE ON idempotency_record FROM " + user()));
			if (!verbs.isEmpty()) {
				statements.add("GRANT " + String.join(", ", verbs) + " ON idempotency_record TO " + user());
			}
			run(statements);
		}

		void run(List<String> statements) {
			statements.forEach((sql) -> TestDatabase.execute(this.owner, sql.strip().replace(";", "")));
		}

	}

	private static void started(Address address, String... properties) {
		application(address, properties).run((context) -> assertThat(context).hasNotFailed());
	}

	private static FailureAnalysis failure(Address address, String... properties) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		application(address, properties).run((context) -> {
			DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
			beans.registerBeanDefinition("store", new RootBeanDefinition(JdbcStoreConfiguration.class));
			analysis[0] = StartFailure.analyze(context, beans,
					new MockEnvironment().withProperty("spring.datasource.url", address.url()));
		});
		return analysis[0];
	}

	private static ApplicationContextRunner application(Address address, String... properties) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DataSourceAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + address.url(),
					"spring.datasource.username=" + address.user(), "spring.datasource.password=" + address.password(),
					"spring.datasource.generate-unique-name=false", "idempotent.jdbc.initialize-schema=never")
			.withPropertyValues(
					Arrays.stream(properties).filter(Predicate.not(String::isEmpty)).toArray(String[]::new));
	}

}
