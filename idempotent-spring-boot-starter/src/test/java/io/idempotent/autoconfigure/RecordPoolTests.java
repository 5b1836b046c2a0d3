package io.idempotent.autoconfigure;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.Idempotent;
import io.idempotent.TransactionMode;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
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

	@Test
	void recordsInAPoolOfTheirOwnCannotJoinTheTransactionsOfTheMainOne() {
		this.application.withUserConfiguration(OwnPool.class)
			.withBean(JoiningOrders.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(
						"does not manage transactions of the DataSource that holds the idempotency records"));
	}

	static class Orders {

		@Idempotent(key = "#id", operation = "order.submit")
		String submit(String id) {
			return "submitted " + id;
		}

	}

	static class JoiningOrders {

		@Idempotent(key = "#id", operation = "order.book", transaction = TransactionMode.JOIN)
		String book(String id) {
			return "booked " + id;
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
		HikariDataSource idempotencyDataSource(DataSourceProperties properties) {
			HikariDataSource pool = properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
			pool.setMaximumPoolSize(4);
			return pool;
		}

	}

}
