package io.idempotent;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.autoconfigure.IdempotencyAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyStoreAutoConfiguration;
import io.idempotent.database.TestDatabase;
import io.idempotent.test.StatementCountingDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a call of an annotated method asks of each database, in whole applications: the
 * table of docs/jdbc.md.
 */
@ParameterizedClass
@EnumSource
class AnnotatedCallStatementsTests {

	private final TestDatabase database;

	private HikariDataSource pool;

	private StatementCountingDataSource dataSource;

	private ConfigurableApplicationContext node;

	AnnotatedCallStatementsTests(TestDatabase database) {
		this.database = database;
	}

	record Receipt(String workflowId, List<String> lines) {

	}

	static class Contracts {

		@Idempotent(key = "#workflowId", operation = "contract.submit")
		public Receipt submit(String workflowId, List<String> lines) {
			return new Receipt(workflowId, lines);
		}

		@Idempotent(key = "#workflowId", operation = "contract.refuse")
		public Receipt refuse(String workflowId) {
			throw new IllegalArgumentException(workflowId);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
			AopAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class })
	static class Application {

	}

	@BeforeEach
	void startNode() {
		this.pool = this.database.pool(4);
		this.dataSource = new StatementCountingDataSource(this.pool);
		this.node = start();
	}

	private ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class, Contracts.class).web(WebApplicationType.NONE)
			.initializers((context) -> context.getBeanFactory().registerSingleton("dataSource", this.dataSource))
			.properties("idempotent.jdbc.initialize-schema=never", "idempotent.purge.enabled=false",
					"spring.main.banner-mode=off")
			.run();
	}

	@AfterEach
	void close() {
		this.node.close();
		this.pool.close();
	}

	@Test
	void aFirstExecutionIsAClaimAndACompletionADuplicateOneLookAndALocalReplayTakesNoConnection() {
		assertThat(statements(this.node)).as("first execution").isEqualTo(claim() + 1);
		assertThat(this.dataSource.mostOpenConnections()).isOne();
		assertThat(statements(this.node)).as("local replay").isZero();
		assertThat(this.dataSource.mostOpenConnections()).isZero();
		try (ConfigurableApplicationContext other = start()) {
			assertThat(statements(other)).as("duplicate").isEqualTo((this.database == TestDatabase.MYSQL) ? 2 : 1);
			assertThat(this.dataSource.mostOpenConnections()).isOne();
			assertThat(statements(other)).as("local replay of another node's outcome").isZero();
			assertThat(this.dataSource.mostOpenConnections()).isZero();
		}
	}

	@Test
	void aFailureIsAClaimAndARelease() {
		assertThat(statements(() -> {
			try {
				this.node.getBean(Contracts.class).refuse("w-1");
			}
			catch (IllegalArgumentException expected) {
				assertThat(expected).hasMessage("w-1");
			}
		})).isEqualTo(claim() + 1);
	}

	/** Of a claim of a key that is new. */
	private int claim() {
		return switch (this.database) {
			case POSTGRESQL, MARIADB, MYSQL -> 1;
			case H2, HSQLDB, DERBY -> 2;
		};
	}

	private int statements(ConfigurableApplicationContext context) {
		Contracts contracts = context.getBean(Contracts.class);
		return statements(() -> assertThat(contracts.submit("w-1", List.of("a")).lines()).containsExactly("a"));
	}

	private int statements(Runnable call) {
		this.dataSource.reset();
		call.run();
		assertThat(this.dataSource.openConnections()).isZero();
		assertThat(this.dataSource.commits()).isZero();
		return this.dataSource.count();
	}

}
