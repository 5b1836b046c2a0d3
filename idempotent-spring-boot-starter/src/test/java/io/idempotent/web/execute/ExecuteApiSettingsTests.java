package io.idempotent.web.execute;

import java.util.UUID;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.TestClient;
import io.idempotent.web.TestClient.Answer;
import io.idempotent.web.WebStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.web.servlet.function.RouterFunctions.route;

/**
 * What settings and beans of an application change about the execute API, and what stops
 * the start.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
@ExtendWith(OutputCaptureExtension.class)
class ExecuteApiSettingsTests {

	private final String key = UUID.randomUUID().toString();

	@Parameter
	private WebStack stack;

	@Test
	void aPayloadThatIsNotValidHasNoOutcomeWhateverLeavesItOpen() {
		try (ExecuteApiNode node = ExecuteApiNode.start(this.stack,
				"idempotent.unknown-failures=java.lang.Exception")) {
			Answer refused = node.execute("order", "{}").key(this.key).send();
			assertThat(refused.body()).contains("VALIDATION_FAILED");
			assertThat(node.execute("order", "{}").key(this.key).send().body()).isEqualTo(refused.body());
		}
	}

	@Test
	void thePathAndTheHeaderMayHaveOtherNamesAndAKeyIsAlwaysRequired(CapturedOutput output) {
		try (ExecuteApiNode node = ExecuteApiNode.start(this.stack, "idempotent.web.execute-api.path=/run",
				"idempotent.web.header=X-Request-Key", "idempotent.web.key-required=false")) {
			Answer answer = node.execute("echo", "{}").path("/run").key(this.key).send();
			assertThat(answer.status()).isEqualTo(400);
			assertThat(answer.body()).contains("IDEMPOTENCY_KEY_MISSING", "X-Request-Key");
			assertThat(node.execute("echo", "{}").key(this.key).send().status()).isEqualTo(404);
			assertThat(output.getAll()).containsOnlyOnce("Idempotent: POST /run executes ")
				.contains("operation(s): ", "echo, flaky");
		}
	}

	@Test
	void payloadsAndResultsAreThoseOfTheApplicationsMapperAndTheAnswerAroundThemIsNot() {
		try (ExecuteApiNode node = ExecuteApiNode.start(this.stack,
				"spring.jackson.property-naming-strategy=UPPER_CAMEL_CASE",
				"spring.jackson.default-property-inclusion=non_null",
				"spring.jackson.mapper.sort-properties-alphabetically=true",
				"spring.jackson.deserialization.fail-on-unknown-properties=true")) {
			assertThat(node.execute("order", "{\"Item\":\"book\",\"Amount\":1}").key(this.key).send().body())
				.isEqualTo("{\"status\":\"completed\",\"result\":{\"Run\":1,\"Item\":\"book\",\"Amount\":1}}");
			Answer unknown = node.execute("order", "{\"Item\":\"book\",\"Amount\":1,\"more\":2}")
				.key(this.key + "2")
				.send();
			assertThat(unknown.status()).isEqualTo(400);
			assertThat(unknown.body()).contains("VALIDATION_FAILED", "more: is not known");
		}
	}

	@Test
	void whereAnonymousClientsShareTheirKeysTheyAreServed() {
		try (ExecuteApiNode node = ExecuteApiNode.start(this.stack, "idempotent.web.anonymous=shared")) {
			assertThat(node.execute("echo", "{}").key(this.key).user("").send().status()).isEqualTo(200);
			assertThat(node.execute("echo", "{}").key(this.key).user("").send().isReplayed()).isTrue();
			assertThat(node.execute("echo", "{}").key(this.key).send().isReplayed()).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "idempotent.web.execute-api.enabled=false", "idempotent.web.enabled=false",
			"idempotent.enabled=false" })
	void itIsAbsentUnlessAllOfItIsEnabled(String property) {
		try (ExecuteApiNode node = ExecuteApiNode.start(this.stack, property)) {
			assertThat(node.context.getBeansOfType(ExecuteApi.class)).isEmpty();
			assertThat(node.execute("echo", "{}").key(this.key).send().status()).isEqualTo(404);
		}
	}

	@Test
	void aRouteOfTheApplicationComesFirst() {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, TestDatabase.H2.createEmpty(),
				(this.stack == WebStack.TOMCAT) ? OwnRoute.class : OwnReactiveRoute.class)) {
			assertThat(node.execute("echo", "{}").key(this.key).send().body()).isEqualTo("own");
		}
	}

	@Test
	void aBrowserMaySendRequestsFromWhereTheApplicationAllowsIt() {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, TestDatabase.H2.createEmpty(),
				(this.stack == WebStack.TOMCAT) ? Cors.class : ReactiveCors.class)) {
			Answer preflight = node.execute("")
				.method("OPTIONS")
				.header("Origin", "https://one.example.org")
				.header("Access-Control-Request-Method", "POST")
				.send();
			assertThat(preflight.status()).isEqualTo(200);
			assertThat(preflight.header("Access-Control-Allow-Origin")).hasValue("https://one.example.org");
			Answer answer = node.execute("echo", "{}").key(this.key).header("Origin", "https://one.example.org").send();
			assertThat(answer.status()).isEqualTo(200);
			assertThat(answer.header("Access-Control-Allow-Origin")).hasValue("https://one.example.org");
		}
	}

	@Test
	void withoutOperationsOneWarningSaysSo(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start(Nothing.class)) {
			assertThat(context.getBean(ExecuteOperations.class).names()).isEmpty();
			assertThat(output.getAll())
				.containsOnlyOnce("Idempotent: POST /v1/idempotency/execute has no operation to execute.");
		}
	}

	@Test
	void twoOperationsOfOneNameStopTheStartWithTheNamesOfBoth(CapturedOutput output) {
		assertThatThrownBy(() -> start(Twice.class));
		assertThat(output.getAll()).contains("The beans 'one' and 'two' are both operations with the name() 'pay'.",
				"Give one of them another name, or remove it.");
	}

	@Test
	void anOperationWithoutANameStopsTheStartWithTheNameOfTheBean(CapturedOutput output) {
		assertThatThrownBy(() -> start(Nameless.class));
		assertThat(output.getAll()).contains("The bean 'nameless' is an operation whose name() is blank.",
				"Let it return a name of 1 to 255 characters.");
	}

	@Test
	void anOperationWhoseNameIsTooLongStopsTheStart(CapturedOutput output) {
		assertThatThrownBy(() -> start(TooLong.class));
		assertThat(output.getAll()).contains("The bean 'tooLong' is an operation whose name() is 256 characters long.");
	}

	private ConfigurableApplicationContext start(Class<?> source) {
		return ExecuteApiNode.application(this.stack, TestDatabase.H2.createEmpty(), source)
			.properties("idempotent.web.execute-api.enabled=true")
			.run();
	}

	private static IdempotentOperationHandler<JsonNode, JsonNode> handler(String name) {
		return new IdempotentOperationHandler<>() {

			@Override
			public String name() {
				return name;
			}

			@Override
			public Class<JsonNode> payloadType() {
				return JsonNode.class;
			}

			@Override
			public JsonNode handle(JsonNode payload) {
				return payload;
			}

		};
	}

	@Configuration(proxyBeanMethods = false)
	@Import(ExecuteApiNode.Base.class)
	static class Nothing {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ExecuteApiNode.Base.class)
	static class Twice {

		@Bean
		IdempotentOperationHandler<JsonNode, JsonNode> one() {
			return handler("pay");
		}

		@Bean
		IdempotentOperationHandler<JsonNode, JsonNode> two() {
			return handler("pay");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ExecuteApiNode.Base.class)
	static class Nameless {

		@Bean
		IdempotentOperationHandler<JsonNode, JsonNode> nameless() {
			return handler(" ");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(ExecuteApiNode.Base.class)
	static class TooLong {

		@Bean
		IdempotentOperationHandler<JsonNode, JsonNode> tooLong() {
			return handler("n".repeat(256));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class OwnRoute {

		@Bean
		RouterFunction<ServerResponse> own() {
			return route().POST(ExecuteApiNode.PATH, (request) -> ServerResponse.ok().body("own")).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class OwnReactiveRoute {

		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<?> own() {
			return org.springframework.web.reactive.function.server.RouterFunctions.route()
				.POST(ExecuteApiNode.PATH,
						(request) -> org.springframework.web.reactive.function.server.ServerResponse.ok()
							.bodyValue("own"))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class Cors {

		@Bean
		WebMvcConfigurer cors() {
			return new WebMvcConfigurer() {

				@Override
				public void addCorsMappings(CorsRegistry registry) {
					registry.addMapping("/**").allowedOrigins("https://one.example.org");
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class ReactiveCors {

		@Bean
		WebFluxConfigurer cors() {
			return new WebFluxConfigurer() {

				@Override
				public void addCorsMappings(org.springframework.web.reactive.config.CorsRegistry registry) {
					registry.addMapping("/**").allowedOrigins("https://one.example.org");
				}

			};
		}

	}

}
