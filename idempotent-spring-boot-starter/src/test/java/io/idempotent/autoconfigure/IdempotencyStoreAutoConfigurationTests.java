package io.idempotent.autoconfigure;

import java.util.Map;

import javax.sql.DataSource;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

class IdempotencyStoreAutoConfigurationTests {

	private static final AutoConfigurations OURS = AutoConfigurations.of(IdempotencyStoreAutoConfiguration.class);

	private static final AutoConfigurations BOOTS = AutoConfigurations.of(DataSourceAutoConfiguration.class);

	private static final String[] EMBEDDED_DATABASES = { "org.h2.", "org.hsqldb.", "org.apache.derby." };

	private BeanFactory beanFactory;

	private final ApplicationContextRunner withoutDataSource = new ApplicationContextRunner().withConfiguration(OURS)
		.withInitializer((context) -> this.beanFactory = context.getBeanFactory());

	private final ApplicationContextRunner withDataSource = this.withoutDataSource.withConfiguration(BOOTS)
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@ParameterizedTest
	@ValueSource(strings = { "auto", "jdbc" })
	void recordsAreInTheDatabaseIfThereIsOne(String store) {
		this.withDataSource.withPropertyValues("idempotent.store=" + store)
			.run((context) -> assertThat(context.getBean(IdempotencyStore.class))
				.isInstanceOf(JdbcIdempotencyStore.class));
	}

	@Test
	void recordsAreInMemoryIfAskedForAndTheDatabaseIsLeftAlone() {
		this.withDataSource.withPropertyValues("idempotent.store=memory").run((context) -> {
			assertThat(context.getBean(IdempotencyStore.class)).isInstanceOf(MemoryIdempotencyStore.class);
			assertThat(context).doesNotHaveBean(IdempotencySchemaInitializer.class);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "auto", "jdbc", "memory" })
	void aStoreOfTheApplicationIsTakenWhateverIsConfigured(String store) {
		IdempotencyStore own = mock();
		this.withDataSource.withPropertyValues("idempotent.store=" + store)
			.withBean("own", IdempotencyStore.class, () -> own)
			.run((context) -> {
				assertThat(context.getBean(IdempotencyStore.class)).isSameAs(own);
				assertThat(context).doesNotHaveBean(IdempotencySchemaInitializer.class);
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "auto", "jdbc" })
	void withoutDatabaseTheStartFailsWithAdviceAndNeverFallsBackToMemory(String store) {
		this.withoutDataSource.withPropertyValues("idempotent.store=" + store).run((context) -> {
			FailureAnalysis analysis = failure(context);
			assertThat(analysis.getDescription()).contains("'idempotent.store' is '" + store + "'")
				.contains("no bean of type javax.sql.DataSource");
			assertThat(analysis.getAction()).contains("spring.datasource.url")
				.contains("io.idempotent.store.IdempotencyStore")
				.contains("'idempotent.store' to 'memory'");
		});
	}

	@Test
	void aDataSourceWithoutUrlIsExplainedBeforeBootDoes() {
		this.withDataSource.withClassLoader(new FilteredClassLoader(EMBEDDED_DATABASES)).run((context) -> {
			FailureAnalysis analysis = failure(context);
			assertThat(analysis.getDescription()).contains("Idempotent keeps its records in the application's database")
				.contains("Failed to determine a suitable driver class");
			assertThat(analysis.getAction()).contains("JDBC driver")
				.contains("spring.datasource.url")
				.contains("'idempotent.store' to 'memory'")
				.contains("spring.autoconfigure.exclude");
		});
	}

	@Test
	void aMissingDriverIsExplained() {
		this.withDataSource.withPropertyValues("spring.datasource.url=jdbc:db2://localhost/test").run((context) -> {
			FailureAnalysis analysis = failure(context);
			assertThat(analysis.getDescription()).contains("com.ibm.db2.jcc.DB2Driver");
			assertThat(analysis.getAction()).contains("JDBC driver");
		});
	}

	@Test
	void aDataSourceNobodyNeedsIsExplainedAsThat() {
		this.withDataSource.withPropertyValues("idempotent.store=memory")
			.withClassLoader(new FilteredClassLoader(EMBEDDED_DATABASES))
			.run((context) -> {
				FailureAnalysis analysis = failure(context);
				assertThat(analysis.getDescription()).contains("Idempotent does not need one");
				assertThat(analysis.getAction()).contains("spring.autoconfigure.exclude");
			});
	}

	@Test
	void theMissingTableIsNamedWithWhatCreatesIt() {
		this.withDataSource
			.withPropertyValues("idempotent.jdbc.initialize-schema=never", "idempotent.jdbc.table-name=app_records")
			.run((context) -> {
				FailureAnalysis analysis = failure(context);
				assertThat(analysis.getDescription()).contains("'app_records'");
				assertThat(analysis.getAction())
					.contains("classpath:io/idempotent/store/jdbc/h2/R__idempotency_record.sql")
					.contains("'idempotent.jdbc.initialize-schema' to 'always'")
					.contains("'idempotent.jdbc.table-name'");
			});
	}

	@Test
	void aTableThatLacksAColumnIsNamed() {
		this.withDataSource.withUserConfiguration(TableWithoutFence.class)
			.withPropertyValues("idempotent.jdbc.initialize-schema=never")
			.run((context) -> assertThat(failure(context).getDescription()).contains("'idempotency_record'")
				.contains("lacks a column"));
	}

	@Test
	void aPlatformThatIsNotKnownIsNamed() {
		this.withDataSource.withPropertyValues("idempotent.jdbc.platform=foxpro").run((context) -> {
			assertThat(failure(context).getDescription()).contains("foxpro").contains("h2");
			assertThat(failure(context).getAction()).contains("idempotent.jdbc.platform");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "app_records", "app.records" })
	void theScriptCreatesATableOfAnotherName(String name) {
		this.withoutDataSource.withBean(DataSource.class, () -> h2(";INIT=CREATE SCHEMA IF NOT EXISTS app"))
			.withPropertyValues("idempotent.jdbc.table-name=" + name)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(IdempotencyStore.class).describe()).endsWith("table " + name);
				assertThat(context.getBean(IdempotencyStore.class).purge(1)).isZero();
			});
	}

	@Test
	void aDatabaseThatIsNotEmbeddedIsNotTouched() {
		this.withDataSource.withPropertyValues("spring.datasource.url=jdbc:h2:file:./target/test-" + System.nanoTime())
			.run((context) -> assertThat(failure(context).getDescription()).contains("does not exist"));
	}

	@Test
	void anInitializerOfTheApplicationTakesThePlaceOfOurs() {
		IdempotencySchemaInitializer own = mock();
		this.withDataSource.withBean("own", IdempotencySchemaInitializer.class, () -> own)
			.run((context) -> assertThat(failure(context).getDescription()).contains("does not exist"));
	}

	@Test
	void ofSeveralDataSourcesTheAnnotatedOneIsTakenEvenIfAnotherIsPrimary() {
		this.withoutDataSource.withUserConfiguration(PrimaryAndAnnotated.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(tableExists(context, "records")).isTrue();
			assertThat(tableExists(context, "main")).isFalse();
		});
	}

	@Test
	void ofSeveralDataSourcesThePrimaryOneIsTaken() {
		this.withoutDataSource.withUserConfiguration(PrimaryAndOther.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(tableExists(context, "main")).isTrue();
		});
	}

	@Test
	void severalDataSourcesOfEqualRankStopTheStart() {
		this.withoutDataSource.withUserConfiguration(TwoEqual.class).run((context) -> {
			assertThat(failure(context).getDescription()).contains("several DataSource beans");
			assertThat(failure(context).getAction()).contains("@IdempotencyDataSource");
		});
	}

	@Test
	void aRoutingDataSourceIsRefusedAlsoBehindAProxy() {
		this.withoutDataSource
			.withBean(DataSource.class, () -> new LazyConnectionDataSourceProxy(new RoutingDataSource()))
			.run((context) -> {
				assertThat(failure(context).getDescription()).contains("routing");
				assertThat(failure(context).getAction()).contains("@IdempotencyDataSource");
			});
	}

	private FailureAnalysis failure(AssertableApplicationContext context) {
		return StartFailure.analyze(context, this.beanFactory);
	}

	private static boolean tableExists(AssertableApplicationContext context, String dataSource) {
		return new JdbcTemplate(context.getBean(dataSource, DataSource.class)).queryForObject(
				"SELECT count(*) FROM information_schema.tables WHERE table_name = 'IDEMPOTENCY_RECORD'",
				Integer.class) == 1;
	}

	private static DataSource h2() {
		return h2("");
	}

	private static DataSource h2(String options) {
		JdbcDataSource dataSource = new JdbcDataSource();
		dataSource.setUrl("jdbc:h2:mem:" + System.nanoTime() + ";DB_CLOSE_DELAY=-1" + options);
		return dataSource;
	}

	static class PrimaryAndAnnotated {

		@Bean
		@Primary
		DataSource main() {
			return h2();
		}

		@Bean
		@IdempotencyDataSource
		DataSource records() {
			return h2();
		}

	}

	static class PrimaryAndOther {

		@Bean
		@Primary
		DataSource main() {
			return h2();
		}

		@Bean
		DataSource other() {
			return h2();
		}

	}

	static class TwoEqual {

		@Bean
		DataSource one() {
			return h2();
		}

		@Bean
		DataSource two() {
			return h2();
		}

	}

	static class TableWithoutFence {

		@Bean
		static ScriptInitializer table(DataSource dataSource) {
			return new ScriptInitializer(dataSource, "create table idempotency_record (record_id binary(32))");
		}

	}

	static class RoutingDataSource extends AbstractRoutingDataSource {

		RoutingDataSource() {
			setTargetDataSources(Map.of());
			setDefaultTargetDataSource(h2());
			afterPropertiesSet();
		}

		@Override
		protected Object determineCurrentLookupKey() {
			return null;
		}

	}

}
