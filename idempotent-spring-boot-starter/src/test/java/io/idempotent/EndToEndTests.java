package io.idempotent;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.engine.transaction.CommitFailureListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.ConfigurableTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Whole applications, each context a node, on one database.
 */
@ParameterizedClass
@EnumSource(names = { "H2", "POSTGRESQL", "MARIADB" })
@ExtendWith(OutputCaptureExtension.class)
class EndToEndTests {

	private static final AtomicInteger executions = new AtomicInteger();

	private static final Locale LOCALE = Locale.getDefault();

	private final TestDatabase database;

	private final Address address;

	private final ExecutorService threads = Executors.newFixedThreadPool(32);

	private ConfigurableApplicationContext one;

	private ConfigurableApplicationContext two;

	EndToEndTests(TestDatabase database) {
		this.database = database;
		this.address = database.createEmpty();
	}

	record Receipt(String workflowId, List<String> lines, int execution) {

	}

	interface Contracts {

		@Idempotent(key = "#workflowId", operation = "contract.submit")
		Receipt submit(String workflowId, List<String> lines);

	}

	static class ContractService implements Contracts {

		@Override
		public Receipt submit(String workflowId, List<String> lines) {
			return new Receipt(workflowId, lines, executions.incrementAndGet());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		DataSource dataSource(@Value("${test.url}") String url, @Value("${test.user}") String user) {
			return new DriverManagerDataSource(url, user, "");
		}

		@Bean
		ContractService contracts() {
			return new ContractService();
		}

	}

	private ConfigurableApplicationContext start(String... properties) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("test.url=" + this.address.url(), "test.user=" + this.address.user(),
					"idempotent.jdbc.initialize-schema=always", "idempotent.purge.enabled=false",
					"spring.main.banner-mode=off")
			.properties(properties)
			.run();
	}

	@AfterEach
	void restoreTheLocale() {
		Locale.setDefault(LOCALE);
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		for (ConfigurableApplicationContext context : new ConfigurableApplicationContext[] { this.one, this.two }) {
			if (context != null) {
				context.close();
			}
		}
	}

	@ParameterizedTest(name = "local cache {0}")
	@ValueSource(booleans = { true, false })
	void twoContextsOnOneDatabaseAreTwoNodesAndExecuteOnce(boolean localCache) throws Exception {
		String cache = "idempotent.local-cache.enabled=" + localCache;
		this.one = start(cache, "idempotent.on-in-progress=wait");
		this.two = start(cache, "idempotent.on-in-progress=wait");
		int before = executions.get();
		CountDownLatch go = new CountDownLatch(1);
		List<Callable<Receipt>> calls = IntStream.range(0, 32).<Callable<Receipt>>mapToObj((i) -> () -> {
			go.await();
			Contracts contracts = ((i % 2 == 0) ? this.one : this.two).getBean(Contracts.class);
			return contracts.submit("w-1", List.of("a", "b"));
		}).toList();
		List<Future<Receipt>> receipts = calls.stream().map(this.threads::submit).toList();
		go.countDown();
		Receipt first = receipts.get(0).get();
		for (Future<Receipt> receipt : receipts) {
			assertThat(receipt.get()).isEqualTo(first);
		}
		assertThat(executions).hasValue(before + 1);
	}

	@Test
	void aReusedKeyIsToldWhatWasCompared() {
		this.one = start();
		Contracts contracts = this.one.getBean(Contracts.class);
		contracts.submit("w-1", List.of("a"));
		assertThatExceptionOfType(IdempotencyKeyReusedException.class)
			.isThrownBy(() -> contracts.submit("w-1", List.of("b")))
			.withMessageContaining("the argument lines");
	}

	@Test
	void aRestartReplays() {
		this.one = start();
		Receipt receipt = this.one.getBean(Contracts.class).submit("w-1", List.of("a"));
		this.one.close();
		this.two = start();
		assertThat(this.two.getBean(Contracts.class).submit("w-1", List.of("a"))).isEqualTo(receipt);
	}

	@Test
	void transactionManagersReportTransactionsWhoseEndNobodyKnows() {
		this.one = start();
		assertThat(this.one.getBean(ConfigurableTransactionManager.class).getTransactionExecutionListeners())
			.hasAtLeastOneElementOfType(CommitFailureListener.class);
	}

	@Test
	void theTemplateAndTheAnnotationShareARecord() {
		this.one = start();
		Receipt receipt = this.one.getBean(Contracts.class).submit("w-1", List.of("a"));
		assertThat(this.one.getBean(IdempotencyTemplate.class)
			.operation("contract.submit")
			.key("w-1")
			.returning(Receipt.class)
			.executeForResult(() -> new Receipt("never", List.of(), 0))).satisfies((result) -> {
				assertThat(result.replayed()).isTrue();
				assertThat(result.value()).isEqualTo(receipt);
			});
	}

	@Test
	void switchedOffEveryCallRunsAndOneWarningNamesTheOperations(CapturedOutput output) {
		this.one = start("idempotent.enabled=false");
		Contracts contracts = this.one.getBean(Contracts.class);
		assertThat(contracts.submit("w-1", List.of()).execution())
			.isNotEqualTo(contracts.submit("w-1", List.of()).execution());
		assertThat(output.getOut().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("contract.submit");
	}

	@Test
	void theStartSaysWhatIsGuardedAndHowInOneLineAndWarnsOfNothing(CapturedOutput output) {
		this.one = start();
		assertThat(output.getOut().lines().filter((line) -> line.contains("contract.submit"))).singleElement()
			.asString()
			.containsIgnoringCase("INFO")
			.containsIgnoringCase(this.database.name())
			.contains("idempotency_record");
		assertThat(output.getOut()).doesNotContain("WARN").doesNotContain("ERROR");
	}

	@Test
	void nodesWithDifferentLocalesShareTheirRecords() {
		Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
		this.one = start();
		Receipt receipt = this.one.getBean(Contracts.class).submit("w-9", List.of("a"));
		Locale.setDefault(Locale.forLanguageTag("th-TH-u-nu-thai"));
		this.two = start();
		assertThat(this.two.getBean(Contracts.class).submit("w-9", List.of("a"))).isEqualTo(receipt);
	}

}
