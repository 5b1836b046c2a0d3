package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.test.IdempotencyStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The contract on each database. Its clock is moved inside of the database: the store
 * sends the statements that it always sends.
 */
class JdbcIdempotencyStoreContractTests {

	@TestInstance(Lifecycle.PER_CLASS)
	abstract static class OnDatabase extends IdempotencyStoreContract {

		final TestDatabase database;

		final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

		private HikariDataSource pool;

		OnDatabase(TestDatabase database) {
			this.database = database;
		}

		void configure(HikariDataSource pool) {
		}

		/** What the store gets. */
		DataSource skewed(DataSource pool) {
			return pool;
		}

		void prepare(DataSource pool) {
		}

		Address address() {
			return this.database.create();
		}

		@Override
		protected final IdempotencyStore createStore() {
			if (this.pool == null) {
				this.pool = this.database.pool(address(), 16);
				configure(this.pool);
				prepare(this.pool);
			}
			TestDatabase.execute(this.pool, "DELETE FROM idempotency_record");
			return store(skewed(this.pool));
		}

		IdempotencyStore store(DataSource dataSource) {
			return this.database.store(dataSource);
		}

		@Override
		protected void advance(Duration duration) {
			this.now.updateAndGet((now) -> now.plus(duration));
		}

		HikariDataSource pool() {
			return this.pool;
		}

		@AfterAll
		void close() {
			if (this.pool != null) {
				this.pool.close();
			}
		}

	}

	/** Its clock is a function that is found before that of PostgreSQL. */
	@Nested
	class PostgreSql extends OnDatabase {

		PostgreSql() {
			super(TestDatabase.POSTGRESQL);
		}

		@Override
		void configure(HikariDataSource pool) {
			// not by a statement, which the first transaction of a connection may undo
			pool.addDataSourceProperty("options", "-c search_path=clock,pg_catalog,public");
		}

		@Override
		void prepare(DataSource pool) {
			TestDatabase.execute(pool, """
					CREATE SCHEMA clock; CREATE TABLE clock.clock (now timestamptz);
					INSERT INTO clock.clock VALUES (pg_catalog.clock_timestamp());
					CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
					'SELECT now FROM clock.clock';
					CREATE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE AS
					'SELECT now FROM clock.clock'""");
		}

		@Override
		protected void advance(Duration duration) {
			TestDatabase.execute(pool(),
					"UPDATE clock.clock SET now = now + interval '%d milliseconds'".formatted(duration.toMillis()));
		}

	}

	@Nested
	class PostgreSqlWithoutAutoCommit extends PostgreSql {

		@Override
		void configure(HikariDataSource pool) {
			super.configure(pool);
			pool.setAutoCommit(false);
		}

	}

	@Nested
	class PostgreSqlSerializable extends PostgreSql {

		@Override
		void configure(HikariDataSource pool) {
			super.configure(pool);
			pool.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
		}

	}

	/** As docs/scaling.md shows. */
	@Nested
	class PostgreSqlPartitioned extends PostgreSql {

		@Override
		void prepare(DataSource pool) {
			super.prepare(pool);
			Partitions.create(pool);
		}

	}

	/** The time of a session can be set. */
	abstract static class OnMariaDb extends OnDatabase {

		OnMariaDb(TestDatabase database) {
			super(database);
		}

		@Override
		DataSource skewed(DataSource pool) {
			return new DelegatingDataSource(pool) {

				@Override
				public Connection getConnection() throws SQLException {
					Connection connection = super.getConnection();
					try (Statement statement = connection.createStatement()) {
						Instant now = OnMariaDb.this.now.get();
						statement
							.execute("SET timestamp = %d.%06d".formatted(now.getEpochSecond(), now.getNano() / 1_000));
					}
					return connection;
				}

			};
		}

	}

	@Nested
	class MariaDb extends OnMariaDb {

		MariaDb() {
			super(TestDatabase.MARIADB);
		}

	}

	@Nested
	class MariaDbWithoutAutoCommit extends MariaDb {

		@Override
		void configure(HikariDataSource pool) {
			pool.setAutoCommit(false);
		}

	}

	/** Counts only rows that are not as they were. */
	@Nested
	class MariaDbThatCountsChangedRows extends MariaDb {

		@Override
		Address address() {
			return super.address().with("?useAffectedRows=true&useBulkStmts=true");
		}

	}

	@Nested
	class MySqlDriver extends OnMariaDb {

		MySqlDriver() {
			super(TestDatabase.MYSQL);
		}

	}

	@Nested
	class MySqlDriverThatRewritesBatches extends OnMariaDb {

		MySqlDriverThatRewritesBatches() {
			super(TestDatabase.MYSQL);
		}

		@Override
		Address address() {
			return super.address().with("?useAffectedRows=true&rewriteBatchedStatements=true");
		}

	}

	/** Their time comes from a function, as that of H2. */
	abstract static class OnPortableDatabase extends OnDatabase {

		OnPortableDatabase(TestDatabase database) {
			super(database);
		}

		@Override
		IdempotencyStore store(DataSource dataSource) {
			return new JdbcIdempotencyStore(dataSource,
					new PortableDialect(this.database.platform(), this.database.name(), "VIRTUAL_NOW()"),
					"idempotency_record");
		}

		@Override
		protected void advance(Duration duration) {
			VirtualClock.advance(duration);
		}

	}

	@Nested
	class HsqlDb extends OnPortableDatabase {

		HsqlDb() {
			super(TestDatabase.HSQLDB);
		}

		@Override
		void prepare(DataSource pool) {
			TestDatabase.execute(pool, VirtualClock.HSQLDB_FUNCTION);
		}

	}

	@Nested
	class Derby extends OnPortableDatabase {

		Derby() {
			super(TestDatabase.DERBY);
		}

		@Override
		void prepare(DataSource pool) {
			TestDatabase.execute(pool, VirtualClock.DERBY_FUNCTION);
		}

	}

}
