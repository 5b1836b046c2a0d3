package io.idempotent.store.jdbc;

import java.time.Duration;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.testcontainers.containers.JdbcDatabaseContainer;
import org.testcontainers.mssqlserver.MSSQLServerContainer;
import org.testcontainers.mysql.MySQLContainer;
import org.testcontainers.oracle.OracleContainer;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/**
 * The contract on databases that are had only in containers:
 * {@code mvn verify -Pcontainers}, with Docker; it fails where there is none.
 */
@Tag("containers")
class ContainerContractTests {

	/**
	 * The clock of such a server cannot be moved: all that the table holds grows older
	 * instead.
	 */
	@TestInstance(Lifecycle.PER_CLASS)
	abstract static class InContainer extends IdempotencyStoreContract {

		private final JdbcDatabaseContainer<?> container;

		private final String platform;

		private final HikariDataSource pool = new HikariDataSource();

		InContainer(String platform, JdbcDatabaseContainer<?> container) {
			this.platform = platform;
			this.container = container;
		}

		/**
		 * The expression for a time that is some milliseconds before that of a column.
		 */
		abstract String earlier(String column, long millis);

		@BeforeAll
		void start() {
			this.container.start();
			this.pool.setJdbcUrl(this.container.getJdbcUrl());
			this.pool.setUsername(this.container.getUsername());
			this.pool.setPassword(this.container.getPassword());
			this.pool.setMaximumPoolSize(16);
			new ResourceDatabasePopulator(
					new ClassPathResource("io/idempotent/store/jdbc/" + this.platform + "/R__idempotency_record.sql"))
				.execute(this.pool);
		}

		@AfterAll
		void stop() {
			this.pool.close();
			this.container.stop();
		}

		@Override
		protected IdempotencyStore createStore() {
			TestDatabase.execute(this.pool, "DELETE FROM idempotency_record");
			return new JdbcIdempotencyStore(this.pool, JdbcDialects.detect(this.pool), "idempotency_record");
		}

		@Override
		protected void advance(Duration duration) {
			long millis = duration.toMillis();
			TestDatabase.execute(this.pool,
					"UPDATE idempotency_record SET created_at = %s, lease_until = %s, expires_at = %s, completed_at = %s"
						.formatted(earlier("created_at", millis), earlier("lease_until", millis),
								earlier("expires_at", millis), earlier("completed_at", millis)));
		}

	}

	@Nested
	class MySql extends InContainer {

		MySql() {
			super("mysql", new MySQLContainer("mysql:8.4"));
		}

		@Override
		String earlier(String column, long millis) {
			return column + " - INTERVAL " + millis * 1_000 + " MICROSECOND";
		}

	}

	@Nested
	class SqlServer extends InContainer {

		SqlServer() {
			super("sqlserver", new MSSQLServerContainer("mcr.microsoft.com/mssql/server:2022-latest").acceptLicense());
		}

		@Override
		String earlier(String column, long millis) {
			return "DATEADD(MILLISECOND, %d, DATEADD(SECOND, %d, %s))".formatted(-(millis % 1_000), -(millis / 1_000),
					column);
		}

	}

	@Nested
	class Oracle extends InContainer {

		Oracle() {
			super("oracle", new OracleContainer("gvenzl/oracle-free:23-slim-faststart"));
		}

		@Override
		String earlier(String column, long millis) {
			return column + " - NUMTODSINTERVAL(" + millis + " / 1000, 'SECOND')";
		}

	}

}
