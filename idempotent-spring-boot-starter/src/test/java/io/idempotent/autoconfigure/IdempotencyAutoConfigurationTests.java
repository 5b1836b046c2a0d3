package io.idempotent.autoconfigure;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.IdempotentResult;
import io.idempotent.ResultCodec;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.outcome.FailureCodec;
import io.idempotent.engine.transaction.CallersTransactions;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.interceptor.IdempotentAdvisor;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

@ExtendWith(OutputCaptureExtension.class)
class IdempotencyAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
				AopAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class,
				IdempotencyPurgeAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void anAnnotatedMethodRunsOnceAndItsRecordIsInTheDatabase(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Contracts.class).run((context) -> {
			ContractService service = context.getBean(ContractService.class);
			assertThat(service.submit("4711")).isEqualTo("receipt 1");
			assertThat(service.submit("4711")).isEqualTo("receipt 1");
			assertThat(service.submit("4712")).isEqualTo("receipt 2");
			assertThat(new JdbcTemplate(context.getBean(DataSource.class))
				.queryForObject("SELECT count(*) FROM idempotency_record WHERE status = 1", Integer.class))
				.isEqualTo(2);
		});
		assertThat(output).doesNotContain(" WARN ").doesNotContain("not eligible");
	}

	@Test
	void theTemplateRunsOnce() {
		this.contextRunner.run((context) -> {
			IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
			AtomicInteger runs = new AtomicInteger();
			for (int i = 0; i < 2; i++) {
				assertThat(template.operation("count")
					.key("1")
					.returning(Integer.class)
					.<RuntimeException>execute(runs::incrementAndGet)).isEqualTo(1);
			}
		});
	}

	@Test
	void theStartIsLoggedInOneLine(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Contracts.class).run((context) -> {
			assertThat(output.toString().lines().filter((line) -> line.contains("Idempotent: "))).singleElement()
				.asString()
				.contains("INFO")
				.endsWith(
						"Idempotent: jdbc (H2), table idempotency_record; ttl 1d, lease 30s, on-in-progress reject, on-abandoned hold; 1 operation(s): contract.submit");
		});
	}

	@Test
	void switchedOffEveryCallRunsAndOneWarningNamesTheOperations(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Contracts.class)
			.withPropertyValues("idempotent.enabled=false")
			.run((context) -> {
				ContractService service = context.getBean(ContractService.class);
				assertThat(service.submit("4711")).isEqualTo("receipt 1");
				assertThat(service.submit("4711")).isEqualTo("receipt 2");
				IdempotentResult<String> result = context.getBean(IdempotencyTemplate.class)
					.operation("any")
					.returning(String.class)
					.executeForResult(() -> "done");
				assertThat(result.value()).isEqualTo("done");
				assertThat(result.replayed()).isFalse();
				assertThat(context).doesNotHaveBean(IdempotentAdvisor.class).doesNotHaveBean(IdempotencyEngine.class);
			});
		assertThat(output.toString().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains("'idempotent.enabled' is false")
			.contains("contract.submit");
	}

	@ParameterizedTest
	@CsvSource({ "true, true", "TRUE, true", "on, true", "yes, true", "1, true", "Off, false", "no, false",
			"0, false" })
	void aSwitchIsReadAsItsPropertyIsAndNeverBothOnAndOff(String value, boolean on, CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Contracts.class)
			.withPropertyValues("idempotent.enabled=" + value)
			.run((context) -> {
				ContractService service = context.getBean(ContractService.class);
				assertThat(service.submit("4711")).isEqualTo("receipt 1");
				assertThat(service.submit("4711")).isEqualTo(on ? "receipt 1" : "receipt 2");
			});
		assertThat(output.toString().contains("'idempotent.enabled' is false")).isEqualTo(!on);
	}

	@Test
	void aValueOfEnabledThatIsNoBooleanStopsTheStart() {
		this.contextRunner.withPropertyValues("idempotent.enabled=ture")
			.run((context) -> assertThat(StartFailure.analyze(context).getDescription())
				.contains("idempotent.enabled"));
	}

	static Stream<Class<?>> replaceable() {
		return Stream.of(EngineSettingsBean.class, ResultCodecBean.class, FailureCodecBean.class, DigesterBean.class,
				ScopeResolverBean.class, OperationsBean.class, EngineBean.class, SettlementBean.class,
				TemplateBean.class);
	}

	@ParameterizedTest
	@MethodSource("replaceable")
	void aBeanOfTheApplicationTakesThePlaceOfOurs(Class<?> configuration) {
		Class<?> type = Arrays.stream(configuration.getDeclaredMethods())
			.filter((method) -> method.isAnnotationPresent(Bean.class))
			.findFirst()
			.orElseThrow()
			.getReturnType();
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(type);
			assertThat(context.getBeanNamesForType(type)).containsExactly("own");
		});
	}

	@Test
	void aListenerIsToldAndAScopeResolverIsAsked() {
		IdempotencyListener listener = mock();
		this.contextRunner.withUserConfiguration(Contracts.class)
			.withBean(IdempotencyListener.class, () -> listener)
			.withBean(IdempotencyScopeResolver.class, () -> (invocation) -> "tenant-1")
			.run((context) -> {
				context.getBean(ContractService.class).submit("4711");
				assertThat(context.getBean(IdempotencySettlement.class).find("tenant-1", "contract.submit", "4711"))
					.isPresent();
			});
		verify(listener).onTerminal(any());
	}

	@Test
	void anAnnotationThatWouldNotGuardStopsTheStartWithTheMethodAndTheRemedy() {
		this.contextRunner.withBean(KeylessService.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StartFailure.analyze(context).getDescription()).contains("KeylessService.run").contains("key");
			assertThat(StartFailure.analyze(context).getAction()).contains("KeylessService.run").contains("key = ");
		});
	}

	@Test
	void everythingStartsLazilyToo() {
		this.contextRunner.withUserConfiguration(Contracts.class)
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getBean(ContractService.class).submit("4711")).isEqualTo("receipt 1"));
	}

	@Configuration(proxyBeanMethods = false)
	static class Contracts {

		@Bean
		ContractService contractService() {
			return new ContractService();
		}

	}

	static class ContractService {

		private final AtomicInteger runs = new AtomicInteger();

		@Idempotent(operation = "contract.submit", key = "#workflowId")
		public String submit(String workflowId) {
			return "receipt " + this.runs.incrementAndGet();
		}

	}

	static class KeylessService {

		@Idempotent(operation = "keyless")
		public String run(String any) {
			return any;
		}

	}

	static class EngineSettingsBean {

		@Bean
		EngineSettings own() {
			return new Binder().bindOrCreate("idempotent", IdempotencyProperties.class).toEngineSettings();
		}

	}

	static class ResultCodecBean {

		@Bean
		ResultCodec own() {
			return mock();
		}

	}

	static class FailureCodecBean {

		@Bean
		FailureCodec own() {
			return mock();
		}

	}

	static class DigesterBean {

		@Bean
		PayloadDigester own() {
			return mock();
		}

	}

	static class ScopeResolverBean {

		@Bean
		IdempotencyScopeResolver own() {
			return mock();
		}

	}

	static class OperationsBean {

		@Bean
		Operations own(EngineSettings settings, ResultCodec codec) {
			return new Operations(settings, codec, () -> new JoinableTransactions(new MemoryIdempotencyStore(), null));
		}

	}

	static class EngineBean {

		@Bean
		IdempotencyEngine own(EngineSettings settings, Operations operations, ResultCodec results,
				FailureCodec failures, IdempotencyStore store) {
			return new IdempotencyEngine(settings, operations, store, new JoinableTransactions(store, null),
					new CallersTransactions(List::of), results, failures, List.of(), List.of(), List.of(),
					Ticker.systemTicker());
		}

	}

	static class SettlementBean {

		@Bean
		IdempotencySettlement own() {
			return mock();
		}

	}

	static class TemplateBean {

		@Bean
		IdempotencyTemplate own() {
			return mock();
		}

	}

}
