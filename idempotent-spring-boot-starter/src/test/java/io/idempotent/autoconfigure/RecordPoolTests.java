package io.idempotent.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.TransactionMode;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.IdempotencyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Records with a pool of their own, as docs/jdbc.md shows it, and without.
 */
@ExtendWith(OutputCaptureExtension.class)
class RecordPoolTests {

	private final Address address = TestDatabase.POSTGRESQL.create();

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withPropertyValues("spring.datasource.url=" + this.address.url(),
				"spring.datasource.username=" + this.address.user(), "spring.datasource.hikari.connection-timeout=2000")
		.withUserConfiguration(Application.class);

	private static String callInATransaction(ApplicationContext context) {
		Orders orders = context.getBean(Orders.class);
		return new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
			.execute((status) -> orders.submit("o-1"));
	}

	@Test
	void aPoolOfTheirOwnServesCallsInsideOfTransactionsThatUseTheMainPoolUp(CapturedOutput output) {
		this.application.withUserConfiguration(OwnPool.class)
			.withPropertyValues("spring.datasource.hikari.maximum-pool-size=1")
			.run((context) -> {
				assertThat(callInATransaction(context)).isEqualTo("submitted o-1");
				assertThat(context.getBean("idempotencyDataSource", HikariDataSource.class)
					.getHikariPoolMXBean()
					.getTotalConnections()).isPositive();
			});
		assertThat(output).doesNotContain("the pool is used up");
	}

	@Test
	void aPoolThatCallsInsideOfTransactionsMayUseUpIsWarnedOf(CapturedOutput output) {
		this.application.withPropertyValues("spring.datasource.hikari.maximum-pool-size=2")
			.run((context) -> assertThat(callInATransaction(context)).isEqualTo("submitted o-1"));
		assertThat(output.getAll().lines().filter((line) -> line.contains("the pool is used up"))).singleElement()
			.asString()
			.contains("WARN", "with 2", "@IdempotencyDataSource");
	}

	@Test
	void aPoolThatIsLargeEnoughIsNotWarnedOf(CapturedOutput output) {
		this.application.run((context) -> assertThat(callInATransaction(context)).isEqualTo("submitted o-1"));
		assertThat(output).doesNotContain("the pool is used up");
	}

	private static ApplicationContextRunner withOwnPool(Address main, Address records) {
		return new ApplicationContextRunner().withUserConfiguration(Application.class, OwnPool.class)
			.withPropertyValues("spring.datasource.generate-unique-name=false", "spring.datasource.url=" + main.url(),
					"spring.datasource.username=" + main.user(), "spring.datasource.password=" + main.password(),
					"spring.datasource.hikari.connection-timeout=2000", "spring.datasource.hikari.maximum-pool-size=5",
					"records.url=" + records.url(), "records.user=" + records.user(),
					"idempotent.jdbc.initialize-schema=never");
	}

	/** The same database, by another text. */
	private static Address alias(TestDatabase database, Address address) {
		return switch (database) {
			case H2 -> address.with(";LOCK_TIMEOUT=2001");
			case POSTGRESQL -> new Address(address.url().replace("127.0.0.1", "localhost") + "?ApplicationName=records",
					address.user(), address.password());
			default -> address.with("?connectTimeout=9000");
		};
	}

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB" })
	void recordsInAPoolOfTheirOwnJoinTheTransactionsOfTheMainOne(TestDatabase database) {
		Address main = database.create();
		TestDatabase.execute(main, "CREATE TABLE effect (id VARCHAR(80) NOT NULL)");
		withOwnPool(main, alias(database, main)).withBean(JoiningOrders.class).run((context) -> {
			assertThat(context).hasNotFailed();
			JoiningOrders orders = context.getBean(JoiningOrders.class);
			Orders independent = context.getBean(Orders.class);
			IdempotencySettlement settlement = context.getBean(IdempotencySettlement.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			assertThat(orders.book("o-1")).isEqualTo("booked o-1");
			assertThat(orders.book("o-1")).isEqualTo("booked o-1");
			transaction.executeWithoutResult((status) -> {
				orders.book("o-2");
				independent.submit("o-2");
				assertThat(settlement.find("", "order.book", "o-2")).isEmpty();
				status.setRollbackOnly();
			});
			assertThat(orders.effects()).isOne();
			assertThat(settlement.find("", "order.book", "o-2")).isEmpty();
			assertThat(settlement.find("", "order.book", "o-1")).isPresent();
			assertThat(orders.book("o-2")).isEqualTo("booked o-2");
			assertThat(orders.effects()).isEqualTo(2);
			assertThat(context.getBean(IdempotencyStore.class).purge(10)).isZero();
			assertThat(context.getBean(IdempotencyStore.class).countAbandoned()).isZero();
			assertThat(new JdbcTemplate(context.getBean(DataSource.class)).queryForObject(
					"SELECT COUNT(*) FROM idempotency_record WHERE operation = 'idempotent.probe'", Long.class))
				.isZero();
		});
	}

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB" })
	void aTemplateMayJoinForTheFirstTimeInsideOfATransaction(TestDatabase database) {
		Address main = database.create();
		withOwnPool(main, alias(database, main)).run((context) -> {
			IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
			new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
				.executeWithoutResult((status) -> {
					template.operation("book")
						.key("o-1")
						.transaction(TransactionMode.JOIN)
						.returning(String.class)
						.<RuntimeException>execute(() -> "done");
					status.setRollbackOnly();
				});
			assertThat(context.getBean(IdempotencySettlement.class).find("", "book", "o-1")).isEmpty();
		});
	}

	@Test
	void manyCallersInTransactionsThatUseTheMainPoolUpGoThrough() throws Exception {
		Address main = TestDatabase.POSTGRESQL.create();
		ExecutorService threads = Executors.newFixedThreadPool(20);
		try {
			withOwnPool(main, main).run((context) -> {
				List<Callable<String>> calls = new ArrayList<>();
				for (int i = 0; i < 20; i++) {
					String key = "o-" + i;
					calls.add(() -> new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
						.execute((status) -> context.getBean(Orders.class).submit(key)));
				}
				for (Future<String> call : threads.invokeAll(calls)) {
					assertThat(call.get()).startsWith("submitted");
				}
			});
		}
		finally {
			threads.shutdownNow();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB" })
	void anotherDatabaseWithATableOfThatNameIsNotJoinedAndTheRestWorks(TestDatabase database) {
		Address main = database.create();
		Address records = database.create();
		withOwnPool(main, records).withBean(JoiningOrders.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("has another table of the name 'idempotency_record'"));
		withOwnPool(main, records)
			.run((context) -> assertThat(context.getBean(Orders.class).submit("o-1")).isEqualTo("submitted o-1"));
	}

	@Test
	void anotherSchemaOfOneDatabaseIsNotJoined() {
		Address records = TestDatabase.POSTGRESQL.create();
		TestDatabase.execute(records,
				"CREATE SCHEMA other; CREATE TABLE other.idempotency_record (LIKE idempotency_record INCLUDING ALL)");
		withOwnPool(records, records).withBean(JoiningOrders.class)
			.withPropertyValues("spring.datasource.hikari.schema=other")
			.run((context) -> assertThat(context).getFailure().hasMessageContaining("has another table"));
	}

	@Test
	void aUserOfTheMainPoolWhoMayNotWriteRecordsIsToldWhatIsMissing() {
		Address records = TestDatabase.POSTGRESQL.create();
		String user = "u" + UUID.randomUUID().toString().substring(0, 8);
		TestDatabase.execute(records,
				"CREATE ROLE " + user + " LOGIN; GRANT SELECT, UPDATE ON idempotency_record TO " + user);
		withOwnPool(new Address(records.url(), user, ""), records).withBean(JoiningOrders.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("GRANT INSERT, DELETE ON public.idempotency_record TO " + user));
	}

	static class Orders {

		@Idempotent(key = "#id", operation = "order.submit")
		String submit(String id) {
			return "submitted " + id;
		}

	}

	static class JoiningOrders {

		@Autowired
		private JdbcTemplate jdbc;

		@Idempotent(key = "#id", operation = "order.book", transaction = TransactionMode.JOIN)
		String book(String id) {
			this.jdbc.update("INSERT INTO effect VALUES (?)", id);
			return "booked " + id;
		}

		long effects() {
			return this.jdbc.queryForObject("SELECT COUNT(*) FROM effect", Long.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Orders orders() {
			return new Orders();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnPool {

		@Bean(defaultCandidate = false)
		@IdempotencyDataSource
		HikariDataSource idempotencyDataSource(DataSourceProperties properties,
				@Value("${records.url:${spring.datasource.url}}") String url,
				@Value("${records.user:${spring.datasource.username}}") String user) {
			HikariDataSource pool = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			pool.setJdbcUrl(url);
			pool.setUsername(user);
			pool.setMaximumPoolSize(4);
			return pool;
		}

	}

}
