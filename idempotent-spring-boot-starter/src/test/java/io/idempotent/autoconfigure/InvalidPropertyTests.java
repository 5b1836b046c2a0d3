package io.idempotent.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Values of another type than that of their property, in an application, wherever they
 * are from.
 */
class InvalidPropertyTests {

	private final ApplicationContextRunner application = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class,
					IdempotencyPurgeAutoConfiguration.class, DataSourceAutoConfiguration.class));

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			enabled                    | maybe  | true or false
			store                      | mongo  | AUTO, JDBC, REDIS, MEMORY
			ttl                        | soon   | a duration such as
			lease                      | 30 s s | a duration such as
			max-lease                  | 1 year | a duration such as
			on-in-progress             | queue  | REJECT, WAIT
			wait-timeout               | 10sec  | a duration such as
			on-abandoned               | drop   | HOLD, RETRY
			transaction                | xa     | INDEPENDENT
			max-key-length             | long   | a whole number
			max-result-size            | 1 mega | a size such as
			local-cache.enabled        | maybe  | true or false
			local-cache.max-size       | large  | a size such as
			local-cache.ttl            | 10x    | a duration such as
			jdbc.initialize-schema     | perhaps | ALWAYS, EMBEDDED, NEVER
			purge.enabled              | maybe  | true or false
			purge.interval             | often  | a duration such as
			purge.batch-size           | 1.5    | a whole number
			web.enabled                | maybe  | true or false
			web.key-required           | maybe  | true or false
			web.anonymous              | perhaps | REJECT, SHARED
			web.max-body-size          | 1Mo    | a size such as
			web.on-server-error        | ignore | RELEASE, RECORD
			web.execute-api.enabled    | maybe  | true or false
			unknown-failures           | no.such.Failure | full name of a class
			""")
	void aValueOfAnotherTypeStopsTheStartWithASentenceThatNamesPropertyAndWhatIsAllowed(String name, String value,
			String allowed) {
		this.application.withPropertyValues("idempotent." + name + "=" + value)
			.run((context) -> assertExplained(StartFailure.analyze(context), name, value, allowed));
	}

	@ParameterizedTest
	@CsvSource({ "ttl, -1h", "ttl, 36501d", "wait-timeout, -90s", "purge.interval, -15m", "ttl, PT-1H",
			"max-lease, 0ms", "web.header, a'b c" })
	void aValueBeyondTheLimitsIsShownAsItWasWritten(String name, String value) {
		this.application.withPropertyValues("idempotent." + name + "=" + value)
			.run((context) -> assertThat(StartFailure
				.analyze(context, new DefaultListableBeanFactory(),
						new MockEnvironment().withProperty("idempotent." + name, value))
				.getDescription()).startsWith("The value '" + value + "' of the property 'idempotent." + name + "'"));
	}

	private static void assertExplained(FailureAnalysis analysis, String name, String value, String allowed) {
		assertThat(analysis.getDescription()).contains("The value '" + value + "'")
			.contains("'idempotent." + name + "'")
			.contains(allowed);
		assertThat(analysis.getAction()).contains("'idempotent." + name + "'").contains(allowed);
	}

	@ParameterizedTest
	@CsvSource({ "IDEMPOTENT_JDBC_INITIALIZESCHEMA, perhaps, jdbc.initialize-schema, ALWAYS",
			"IDEMPOTENT_JDBC_INITIALIZE_SCHEMA, perhaps, jdbc.initialize-schema, ALWAYS",
			"IDEMPOTENT_ON_IN_PROGRESS, queue, on-in-progress, REJECT",
			"IDEMPOTENT_LOCALCACHE_MAXSIZE, large, local-cache.max-size, a size such as",
			"IDEMPOTENT_UNKNOWNFAILURES_0, no.such.Failure, unknown-failures[0], full name of a class" })
	void soDoesAnEnvironmentVariable(String variable, String value, String name, String allowed) {
		this.application
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(variable, value))))
			.run((context) -> assertExplained(StartFailure.analyze(context), name, value, allowed));
	}

	@ParameterizedTest
	@CsvSource({ "jdbc: {initializeSchema: perhaps}, jdbc.initialize-schema, perhaps, ALWAYS",
			"jdbc: {initialize_schema: 3}, jdbc.initialize-schema, 3, ALWAYS",
			"waitTimeout: 1h30, wait-timeout, 1h30, a duration such as",
			"purge: {batchSize: many}, purge.batch-size, many, a whole number" })
	void soDoesYaml(String yaml, String name, String value, String allowed) {
		this.application.withInitializer((context) -> {
			try {
				new YamlPropertySourceLoader()
					.load("test.yaml",
							new ByteArrayResource(("idempotent: {" + yaml + "}").getBytes(StandardCharsets.UTF_8)))
					.forEach(context.getEnvironment().getPropertySources()::addFirst);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}).run((context) -> {
			FailureAnalysis analysis = StartFailure.analyze(context);
			assertExplained(analysis, name, value, allowed);
			assertThat(analysis.getDescription()).contains("It is from Byte array resource");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "enabled", "store", "ttl", "lease", "on-in-progress", "on-abandoned", "transaction",
			"max-key-length", "max-result-size", "local-cache.max-size", "local-cache.ttl", "jdbc.initialize-schema",
			"jdbc.table-name", "purge.interval", "purge.batch-size", "web.max-body-size", "web.anonymous",
			"web.on-server-error", "web.header" })
	void anEmptyValueIsTheDefaultOrStopsTheStartNamingTheProperty(String name) {
		this.application.withPropertyValues("idempotent." + name + "=").run((context) -> {
			if (context.getStartupFailure() != null) {
				assertThat(StartFailure.analyze(context).getDescription()).contains("'idempotent." + name + "'");
			}
		});
	}

}
