package io.idempotent.store.jdbc;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import liquibase.Contexts;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.core.DerbyDatabase;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.jdbc.DatabaseDriver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table as Flyway and Liquibase create it, run as an application runs them.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class MigrationTests {

	/** Kept, as loggers are forgotten together with their level. */
	private static final Logger LIQUIBASE = Logger.getLogger("liquibase");

	@Parameter
	private TestDatabase database;

	private Address address;

	private HikariDataSource pool;

	private JdbcIdempotencyStore store;

	@BeforeAll
	static void quieten() {
		LIQUIBASE.setLevel(Level.WARNING);
	}

	@BeforeEach
	void open() {
		this.address = this.database.createEmpty();
		this.pool = this.database.pool(this.address, 2);
		this.store = this.database.store(this.pool);
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void flywayCreatesTheTableOnceAndRecordsOutliveTheNextMigration() throws Exception {
		assertThat(flyway().migrate().migrationsExecuted).isEqualTo(1);
		RecordKey key = recordIsKept();
		assertThat(flyway().migrate().migrationsExecuted).isZero();
		assertThat(replay(key)).isEqualTo("done");
	}

	@Test
	void liquibaseCreatesTheTableOnceAndRecordsOutliveTheNextUpdate() throws Exception {
		assertThat(liquibaseUpdates()).hasSize(1);
		RecordKey key = recordIsKept();
		assertThat(liquibaseUpdates()).isEmpty();
		assertThat(replay(key)).isEqualTo("done");
	}

	@Test
	void liquibaseAcceptsTheTableOfTheInitializer() throws Exception {
		this.database.createTable(this.pool);
		RecordKey key = recordIsKept();
		liquibaseUpdates();
		assertThat(liquibaseUpdates()).isEmpty();
		assertThat(replay(key)).isEqualTo("done");
	}

	private Flyway flyway() {
		String vendor = DatabaseDriver.fromJdbcUrl(this.address.url()).name().toLowerCase(Locale.ROOT);
		return Flyway.configure()
			.dataSource(this.address.url(), this.address.user(), this.address.password())
			.locations("classpath:io/idempotent/store/jdbc/" + vendor)
			.load();
	}

	/**
	 * Runs the changelog of an application that includes ours.
	 * @return the change sets that were to be run
	 */
	private List<String> liquibaseUpdates() throws Exception {
		List<String> updates = new ArrayList<>();
		Scope.child(Map.of(Scope.Attr.ui.name(), new LoggerUIService()), () -> {
			Database target = DatabaseFactory.getInstance()
				.findCorrectDatabaseImplementation(new JdbcConnection(this.pool.getConnection()));
			if (target instanceof DerbyDatabase derby) {
				// as Spring's integration does: the database belongs to the application
				derby.setShutdownEmbeddedDerby(false);
			}
			try (Liquibase liquibase = new Liquibase("db/application-changelog.xml", new ClassLoaderResourceAccessor(),
					target)) {
				liquibase.listUnrunChangeSets(new Contexts(), null)
					.forEach((changeSet) -> updates.add(changeSet.getId()));
				liquibase.update(new Contexts());
			}
		});
		return updates;
	}

	private RecordKey recordIsKept() throws SQLException {
		this.store.verifySchema();
		assertThat(indexedColumns()).contains("expires_at");
		RecordKey key = new RecordKey("", "contract.submit", UUID.randomUUID().toString());
		Ownership owner = new Ownership(key, UUID.randomUUID());
		assertThat(this.store.claim(claim(owner))).isInstanceOf(ClaimResult.Acquired.class);
		assertThat(this.store.complete(owner,
				new StoredOutcome(false, "json/1", "done".getBytes(StandardCharsets.UTF_8)), Duration.ofHours(1)))
			.isEqualTo(OwnershipResult.CONFIRMED);
		assertThat(replay(key)).isEqualTo("done");
		return key;
	}

	private String replay(RecordKey key) {
		ClaimResult answer = this.store.claim(claim(new Ownership(key, UUID.randomUUID())));
		assertThat(answer).isInstanceOf(ClaimResult.Finished.class);
		return new String(((ClaimResult.Finished) answer).outcome().body(), StandardCharsets.UTF_8);
	}

	private static Claim claim(Ownership owner) {
		return new Claim(owner, null, Duration.ofSeconds(30), Duration.ofHours(1), null);
	}

	private List<String> indexedColumns() throws SQLException {
		List<String> columns = new ArrayList<>();
		try (Connection connection = this.pool.getConnection()) {
			boolean upper = connection.getMetaData().storesUpperCaseIdentifiers();
			try (ResultSet index = connection.getMetaData()
				.getIndexInfo(connection.getCatalog(), null, upper ? "IDEMPOTENCY_RECORD" : "idempotency_record", false,
						true)) {
				while (index.next()) {
					columns.add(String.valueOf(index.getString("COLUMN_NAME")).toLowerCase(Locale.ROOT));
				}
			}
		}
		return columns;
	}

}
