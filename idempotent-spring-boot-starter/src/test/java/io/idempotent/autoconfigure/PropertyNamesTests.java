package io.idempotent.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A name under {@code idempotent} that no property has is not ignored, wherever it is
 * set.
 */
@ExtendWith(OutputCaptureExtension.class)
class PropertyNamesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withUserConfiguration(Names.class);

	@ParameterizedTest
	@CsvSource({ "idempotent.tttl, idempotent.ttl", "idempotent.on-abandonned, idempotent.on-abandoned",
			"idempotent.onAbandonned, idempotent.on-abandoned", "idempotent.web.headers, idempotent.web.header",
			"idempotent.localCache.tll, idempotent.local-cache.ttl", "idempotent.timeout, idempotent.wait-timeout",
			"idempotent.unknown-failure[0], idempotent.unknown-failures" })
	void aMisspelledPropertyStopsTheStartWhichNamesTheOneThatWasMeant(String name, String meant) {
		this.runner.withPropertyValues(name + "=1")
			.run((context) -> assertStopped(context, "'" + name + "'", "did you mean '" + meant + "'?"));
		this.runner.withSystemProperties(name + "=1")
			.run((context) -> assertStopped(context, "'" + name + "' (systemProperties)",
					"did you mean '" + meant + "'?"));
	}

	@ParameterizedTest
	@CsvSource({ "IDEMPOTENT_TTTL, idempotent.ttl", "IDEMPOTENT_ONABANDONNED, idempotent.on-abandoned",
			"IDEMPOTENT_ON_ABANDONNED, idempotent.on-abandoned", "idempotent_leases, idempotent.lease",
			"IDEMPOTENT_LOCAL_CACHE_TIMETOLIVE, idempotent.local-cache",
			"IDEMPOTENT_JDBC_TABLE, idempotent.jdbc.table-name", "IDEMPOTENT_TABLENAME, idempotent.jdbc.table-name",
			"IDEMPOTENT_UNKNOWN_FAILURESS_0, idempotent.unknown-failures" })
	void aMisspelledEnvironmentVariableStopsTheStart(String name, String meant) {
		withVariables(Map.of(name, "1"))
			.run((context) -> assertStopped(context, "environment variable '" + name + "'", "did you mean '" + meant));
	}

	@ParameterizedTest
	@ValueSource(strings = { "IDEMPOTENT_SERVICE_HOST", "IDEMPOTENT_SERVICE_PORT", "IDEMPOTENT_SERVICE_PORT_HTTP",
			"IDEMPOTENT_PORT", "IDEMPOTENT_PORT_8080_TCP", "IDEMPOTENT_PORT_8080_TCP_ADDR",
			"IDEMPOTENT_WEB_SERVICE_HOST", "IDEMPOTENT_WEB_PORT_80_TCP_PROTO", "IDEMPOTENT_HOME", "IDEMPOTENT_",
			"IDEMPOTENTLY", "IDEMPOTENT_TTL", "IDEMPOTENT_ONABANDONED", "IDEMPOTENT_ON_ABANDONED",
			"IDEMPOTENT_UNKNOWNFAILURES", "IDEMPOTENT_UNKNOWNFAILURES_0", "IDEMPOTENT_UNKNOWN_FAILURES_0_",
			"IDEMPOTENT_WEB_EXECUTEAPI_ENABLED" })
	void whatIsRightOrAnotherProgramsStopsNothing(String name) {
		withVariables(Map.of(name, "1")).run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@CsvSource({ "idempotent.purge=off, idempotent.purge.enabled",
			"idempotent.localCache=false, idempotent.local-cache.enabled",
			"idempotent.jdbc=always, idempotent.jdbc.initialize-schema",
			"idempotent.web.execute-api=true, idempotent.web.execute-api.enabled" })
	void aValueForAGroupStopsTheStartWhichNamesItsProperties(String property, String meant) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertStopped(context, "it is a group, which has no value", "'" + meant + "'"));
	}

	@ParameterizedTest
	@CsvSource({ "IDEMPOTENT_TTL, idempotent.ttl", "idempotent_ttl, idempotent.ttl",
			"idempotent-wait-timeout, idempotent.wait-timeout", "idempotentTtl, idempotent.ttl",
			"IDEMPOTENT_LOCAL_CACHE_TTL, idempotent.local-cache.ttl", "IDEMPOTENT_TTTL, idempotent.ttl",
			"IDEMPOTENT_UNKNOWN_FAILURES_0, idempotent.unknown-failures", "Idempotent.tttl, idempotent.ttl",
			"idempotent.ttl[0], idempotent.ttl", "IDEMPOTENT__TTL, idempotent.ttl" })
	void aNameThatOnlyAVariableMayHaveStopsTheStart(String name, String meant) {
		this.runner.withPropertyValues(name + "=1")
			.run((context) -> assertStopped(context, "'" + name + "'", "did you mean '" + meant + "'?"));
		this.runner.withSystemProperties(name + "=1")
			.run((context) -> assertStopped(context, "'" + name + "' (systemProperties)",
					"did you mean '" + meant + "'?"));
	}

	@ParameterizedTest
	@CsvSource({ "IDEMPOTENT_TT_L, idempotent.ttl", "IDEMPOTENT-TTL, idempotent.ttl",
			"IDEMPOTENT_LOCALCACHE_MAX_SIZE, idempotent.local-cache.max-size", "idempotent.tttl, idempotent.ttl",
			"idempotent.on-abandonned, idempotent.on-abandoned" })
	void aVariableThatSpringBootDoesNotReadStopsTheStart(String name, String meant) {
		withVariables(Map.of(name, "1"))
			.run((context) -> assertStopped(context, "environment variable '" + name + "'", "did you mean '" + meant));
	}

	@ParameterizedTest
	@ValueSource(strings = { "idempotent=true", "idempotent=[]", "idempotent[0]=ttl" })
	void aValueForAllOfThemStopsTheStartWhichNamesThem(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertStopped(context, "it is a group, which has no value", "'idempotent.enabled'",
					"'idempotent.ttl'"));
	}

	@Test
	void everyRightNameIsKnown() {
		this.runner
			.withPropertyValues("idempotent.ttl=1h", "idempotent.onAbandoned=hold",
					"idempotent.local_cache.max-size=1MB", "idempotent.unknown-failures[0]=java.io.IOException",
					"idempotent.web.execute-api.enabled=false", "idempotent.web=", "other.tttl=1", "idempotent=",
					"IDEMPOTENT.LEASE=40s", "idempotent-producer.retries=3", "idempotency.key=1", "idempotently=1",
					"idempotent.jdbc.tableName=records")
			.withSystemProperties("idempotent.waitTimeout=1s", "idempotent.some-other-program=1")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aVariableOfAnotherProgramIsLeftAloneInOneLine(CapturedOutput output) {
		withVariables(Map.of("IDEMPOTENT_HOME", "/opt")).run((context) -> assertThat(output)
			.contains("environment variable 'IDEMPOTENT_HOME' is no property of this starter"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "--IDEMPOTENT_TTL=1h", "--idempotent.tttl=1h",
			"--spring.application.json={\"idempotent\":{\"tttl\":\"1h\"}}" })
	void theReportOfTheStartSaysIt(String argument, CapturedOutput output) {
		SpringApplication application = new SpringApplication(Starter.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatException().isThrownBy(() -> application.run(argument, "--idempotent.enabled=false").close());
		assertThat(output).contains("APPLICATION FAILED TO START").contains("did you mean 'idempotent.ttl'?");
	}

	@ParameterizedTest
	@ValueSource(strings = { "--idempotent", "--idempotent=true", "--idempotent=on" })
	void anOptionForAllOfThemIsNotIgnored(String argument, CapturedOutput output) {
		SpringApplication application = new SpringApplication(Starter.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatException().isThrownBy(() -> application.run(argument, "--idempotent.enabled=false").close());
		assertThat(output).contains("'idempotent' (commandLineArgs): it is a group, which has no value");
	}

	private ApplicationContextRunner withVariables(Map<String, Object> variables) {
		return this.runner.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("variables", variables)));
	}

	private static void assertStopped(AssertableApplicationContext context, String... texts) {
		assertThat(StartFailure.analyze(context).getDescription()).contains(texts);
		assertThat(StartFailure.analyze(context).getAction()).contains("docs/configuration.md");
	}

	@Configuration(proxyBeanMethods = false)
	static class Names {

		@Bean
		static PropertyNames names(ConfigurableEnvironment environment) {
			return new PropertyNames(environment);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(IdempotencyAutoConfiguration.class)
	static class Starter {

	}

}
