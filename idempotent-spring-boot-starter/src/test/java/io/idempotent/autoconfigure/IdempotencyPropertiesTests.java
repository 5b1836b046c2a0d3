package io.idempotent.autoconfigure;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.idempotent.engine.failure.UnknownFailures;
import io.idempotent.engine.operation.EngineSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class IdempotencyPropertiesTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withUserConfiguration(PropertiesConfiguration.class);

	@Test
	void defaultsAreThoseOfTheDocumentation() {
		this.contextRunner.run((context) -> {
			IdempotencyProperties properties = context.getBean(IdempotencyProperties.class);
			assertThat(properties.enabled()).isTrue();
			assertThat(properties.store()).isEqualTo(IdempotencyProperties.Store.AUTO);
			assertThat(properties.jdbc().tableName()).isEqualTo("idempotency_record");
			assertThat(properties.jdbc().initializeSchema()).isEqualTo(DatabaseInitializationMode.EMBEDDED);
			assertThat(properties.jdbc().platform()).isNull();
			assertThat(properties.purge())
				.isEqualTo(new IdempotencyProperties.Purge(true, Duration.ofMinutes(1), 1000));
			assertThat(properties.web().executeApi())
				.isEqualTo(new IdempotencyProperties.Web.ExecuteApi(false, "/v1/idempotency/execute"));
			EngineSettings settings = properties.toEngineSettings();
			assertThat(settings.ttl()).hasHours(24);
			assertThat(settings.lease()).hasSeconds(30);
			assertThat(settings.maxLease()).hasHours(1);
			assertThat(settings.waitTimeout()).hasSeconds(10);
			assertThat(settings.maxKeyLength()).isEqualTo(255);
			assertThat(settings.maxResultSize()).isEqualTo(1024 * 1024);
			assertThat(settings.localCache().maxSize()).isEqualTo(64 * 1024 * 1024);
			assertThat(settings.localCache().ttl()).hasMinutes(10);
			assertThat(settings.unknownFailures()).isEqualTo(UnknownFailures.DEFAULT);
		});
	}

	@Test
	void aNumberWithoutUnitIsSeconds() {
		this.contextRunner
			.withPropertyValues("idempotent.ttl=90", "idempotent.lease=5", "idempotent.max-lease=60",
					"idempotent.wait-timeout=2", "idempotent.local-cache.ttl=3", "idempotent.purge.interval=4")
			.run((context) -> {
				IdempotencyProperties properties = context.getBean(IdempotencyProperties.class);
				assertThat(List.of(properties.ttl(), properties.lease(), properties.maxLease(),
						properties.waitTimeout(), properties.localCache().ttl(), properties.purge().interval()))
					.extracting(Duration::toSeconds)
					.containsExactly(90L, 5L, 60L, 2L, 3L, 4L);
			});
	}

	@Test
	void configuredUnknownFailuresReplaceTheDefault() {
		this.contextRunner.withPropertyValues("idempotent.unknown-failures=java.io.IOException")
			.run((context) -> assertThat(
					context.getBean(IdempotencyProperties.class).toEngineSettings().unknownFailures())
				.isEqualTo(new UnknownFailures(Set.of(IOException.class), false)));
	}

	@Test
	void noUnknownFailuresAtAllCanBeConfigured() {
		this.contextRunner.withPropertyValues("idempotent.unknown-failures=")
			.run((context) -> assertThat(
					context.getBean(IdempotencyProperties.class).toEngineSettings().unknownFailures())
				.isEqualTo(new UnknownFailures(Set.of(), false)));
	}

	@Test
	void anUnknownFailureThatIsNoClassStopsTheStartNamingIt() {
		this.contextRunner.withPropertyValues("idempotent.unknown-failures=no.such.Failure").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StartFailure.analyze(context).getDescription()).contains("idempotent.unknown-failures")
				.contains("no.such.Failure");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			ttl                  | 0s               | from 1 ms
			ttl                  | -1h              | from 1 ms
			ttl                  | 99999999d        | to 36500 days
			lease                | 9ms              | from 10 ms
			max-lease            | 29s              | must not be shorter than 'idempotent.lease'
			on-in-progress       | default          | 'default' is for the annotation only
			on-abandoned         | default          | 'default' is for the annotation only
			transaction          | default          | 'default' is for the annotation only
			store                | redis            | this version has no Redis store
			wait-timeout         | 0                | from 1 ms
			unknown-failures     | java.lang.String | not the class of an exception
			max-key-length       | 0                | from 1 to 512
			max-key-length       | 513              | from 1 to 512
			max-result-size      | 0                | at least one byte
			local-cache.max-size | 0B               | at least one byte
			local-cache.ttl      | 0                | from 1 ms
			jdbc.table-name      | a;b              | not the name of a table
			jdbc.table-name      | a.b.c            | not the name of a table
			web.header           | a b              | not the name of a header
			web.max-body-size    | 0                | at least one byte
			web.max-body-size    | 2GB              | less than 2 GB
			web.problem-base-uri | nowhere          | not a URI
			web.execute-api.path | execute          | it must start with '/'
			web.execute-api.path | /run/{name}      | no blanks, wildcards or query
			purge.interval       | 0                | from 1 ms
			purge.batch-size     | 0                | at least 1
			""")
	void aValueThatCannotBeUsedStopsTheStartWithASentenceThatNamesProperty(String name, String value, String reason) {
		this.contextRunner.withPropertyValues("idempotent.%s=%s".formatted(name, value)).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = StartFailure.analyze(context);
			assertThat(analysis.getDescription()).contains("'idempotent." + name + "'").contains(reason);
			assertThat(analysis.getAction()).isNotBlank();
			assertThat(analysis.getCause()).isInstanceOf(IdempotencyConfigurationException.class);
		});
	}

	@Test
	void aMisspelledPropertyStopsTheStartWithASentenceThatNamesIt() {
		this.contextRunner.withPropertyValues("idempotent.tll=1h", "idempotent.web.headers=true").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StartFailure.analyze(context).getDescription())
				.contains("The elements [idempotent.tll,idempotent.web.headers] were left unbound");
		});
	}

	@Test
	void aValueThatIsNoConstantStopsTheStartNamingTheConstants() {
		this.contextRunner.withPropertyValues("idempotent.store=mongo").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StartFailure.analyze(context).getDescription()).contains("idempotent.store");
			assertThat(StartFailure.analyze(context).getAction()).contains("JDBC");
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(IdempotencyProperties.class)
	static class PropertiesConfiguration {

	}

}
