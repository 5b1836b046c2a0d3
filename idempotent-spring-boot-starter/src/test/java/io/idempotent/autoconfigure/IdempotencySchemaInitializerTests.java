package io.idempotent.autoconfigure;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.autoconfigure.IdempotencyProperties.Jdbc;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.Claim;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.jdbc.JdbcDialect;
import io.idempotent.store.jdbc.JdbcDialects;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(60)
class IdempotencySchemaInitializerTests {

	@Parameter
	private TestDatabase database;

	private HikariDataSource pool;

	@BeforeEach
	void open() {
		this.pool = this.database.pool(this.database.createEmpty(), 4);
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void theNextStartKeepsTheTableAndItsRecords() {
		initialize("idempotency_record");
		RecordKey key = new RecordKey("", "contract.submit", "order-4711");
		store("idempotency_record").claim(new Claim(new Ownership(key, UUID.randomUUID()), null, Duration.ofSeconds(30),
				Duration.ofHours(1), null));
		initialize("idempotency_record");
		assertThat(store("idempotency_record").find(key)).isPresent();
	}

	@Test
	void theTableMayHaveAnotherNameAndItsIndexIsNamedAfterIt() throws Exception {
		initialize("App_records");
		store("App_records").verifySchema();
		assertThat(indexes("App_records")).containsOnlyOnce("app_records_expires");
		initialize("App_records");
	}

	@Test
	void theTableMayBeInAnotherSchemaAndItsIndexIsThereToo() throws Exception {
		String schema = newSchema();
		String table = schema + ".app_records";
		initialize(table);
		store(table).verifySchema();
		assertThat(indexes(table)).containsOnlyOnce("app_records_expires");
		assertThat(indexes("app_records")).isEmpty();
		initialize(table);
	}

	@Test
	void twoTablesOfOneDatabaseHaveTheirOwnIndexes() throws Exception {
		initialize("idempotency_record");
		initialize("other_records");
		assertThat(indexes("idempotency_record")).contains("idempotency_record_expires");
		assertThat(indexes("other_records")).contains("other_records_expires");
	}

	@RepeatedTest(3)
	void nodesThatStartTogetherDoNotDisturbEachOther() throws Exception {
		CyclicBarrier start = new CyclicBarrier(4);
		Callable<Void> node = () -> {
			start.await(30, TimeUnit.SECONDS);
			initialize("idempotency_record");
			return null;
		};
		ExecutorService nodes = Executors.newFixedThreadPool(4);
		try {
			for (Future<Void> started : nodes.invokeAll(List.of(node, node, node, node))) {
				started.get();
			}
		}
		finally {
			nodes.shutdownNow();
		}
		store("idempotency_record").verifySchema();
		assertThat(indexes("idempotency_record")).containsOnlyOnce("idempotency_record_expires");
	}

	@Test
	void anApplicationThatAsksForItStartsOnAnEmptyDatabaseAndAgain() {
		ApplicationContextRunner application = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(IdempotencyStoreAutoConfiguration.class))
			.withBean(DataSource.class, () -> new DelegatingDataSource(this.pool))
			.withPropertyValues("idempotent.jdbc.initialize-schema=always");
		for (int start = 0; start < 2; start++) {
			application.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(IdempotencyStore.class).purge(1)).isZero();
			});
		}
	}

	private void initialize(String table) {
		JdbcDialect dialect = JdbcDialects.detect(this.pool);
		new IdempotencySchemaInitializer(this.pool, dialect.platform(),
				new Jdbc(table, DatabaseInitializationMode.ALWAYS, Jdbc.DEFAULT_SCHEMA, null))
			.initializeDatabase();
	}

	private JdbcIdempotencyStore store(String table) {
		return new JdbcIdempotencyStore(this.pool, JdbcDialects.detect(this.pool), table);
	}

	/** A database of its own, where schemas are databases. */
	private String newSchema() {
		String schema = "s" + UUID.randomUUID().toString().replace("-", "");
		TestDatabase.execute(this.pool, "CREATE " + (isMySqlServer() ? "DATABASE " : "SCHEMA ") + schema);
		return schema;
	}

	private boolean isMySqlServer() {
		return this.database == TestDatabase.MARIADB || this.database == TestDatabase.MYSQL;
	}

	private List<String> indexes(String table) throws SQLException {
		List<String> names = new ArrayList<>();
		try (Connection connection = this.pool.getConnection()) {
			String name = stored(connection, table.substring(table.indexOf('.') + 1));
			String schema = table.contains(".") ? stored(connection, table.substring(0, table.indexOf('.'))) : null;
			String catalog = (isMySqlServer() && schema != null) ? schema : connection.getCatalog();
			String own = (schema != null) ? schema : connection.getSchema();
			try (ResultSet index = connection.getMetaData()
				.getIndexInfo(catalog, isMySqlServer() ? null : own, name, false, true)) {
				while (index.next()) {
					names.add(String.valueOf(index.getString("INDEX_NAME")).toLowerCase(Locale.ROOT));
				}
			}
		}
		return names;
	}

	private String stored(Connection connection, String name) throws SQLException {
		if (connection.getMetaData().storesUpperCaseIdentifiers()) {
			return name.toUpperCase(Locale.ROOT);
		}
		return isMySqlServer() ? name : name.toLowerCase(Locale.ROOT);
	}

}
