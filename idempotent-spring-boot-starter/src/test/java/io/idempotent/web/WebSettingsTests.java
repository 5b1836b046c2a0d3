package io.idempotent.web;

import java.util.UUID;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What {@code idempotent.web} and other settings of an application change, over a real
 * port.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class WebSettingsTests {

	private final String key = UUID.randomUUID().toString();

	@Parameter
	private WebStack stack;

	@Test
	void whereAKeyIsNotRequiredARequestWithoutOneRunsUnguarded() {
		try (WebNode node = WebNode.start(this.stack, "idempotent.web.key-required=false")) {
			assertThat(node.post("/orders").body(TestClient.ORDER).send().status()).isEqualTo(201);
			assertThat(node.post("/orders").body(TestClient.ORDER).send().status()).isEqualTo(201);
			assertThat(node.handlers.runs("create")).isEqualTo(2);
			node.post("/orders").key(this.key).body(TestClient.ORDER).send();
			assertThat(node.post("/orders").key(this.key).body(TestClient.ORDER).send().isReplayed()).isTrue();
			assertThat(node.post("/orders").key("").body(TestClient.ORDER).send().status()).isEqualTo(400);
		}
	}

	@Test
	void theHeaderMayHaveAnotherNameAndProblemsAnotherBase() {
		try (WebNode node = WebNode.start(this.stack, "idempotent.web.header=X-Request-Key",
				"idempotent.web.problem-base-uri=https://example.org/problems/")) {
			node.post("/orders").header("X-Request-Key", this.key).body(TestClient.ORDER).send();
			assertThat(
					node.post("/orders").header("X-Request-Key", this.key).body(TestClient.ORDER).send().isReplayed())
				.isTrue();
			Answer missing = node.post("/orders").key(this.key).body(TestClient.ORDER).send();
			assertThat(missing.body()).contains("\"type\":\"https://example.org/problems/key-missing\"",
					"in the header 'X-Request-Key'");
		}
	}

	@Test
	void serverErrorsAreReplayedIfThatIsSaidButNotThoseThatLeaveItOpen() {
		try (WebNode node = WebNode.start(this.stack, "idempotent.web.on-server-error=record")) {
			assertThat(node.post("/status/503").key(this.key).send().status()).isEqualTo(503);
			Answer retry = node.post("/status/503").key(this.key).send();
			assertThat(retry.status()).isEqualTo(503);
			assertThat(retry.isReplayed()).isTrue();
			assertThat(node.post("/boom").key(this.key).send().status()).isEqualTo(500);
			Answer boom = node.post("/boom").key(this.key).send();
			assertThat(boom.status()).isEqualTo(500);
			assertThat(boom.isReplayed()).isTrue();
			assertThat(node.handlers.runs("boom")).isOne();
			node.post("/timeout").key(this.key).send();
			assertThat(node.post("/timeout").key(this.key).send().body()).contains("outcome-unknown");
			node.post("/status/504").key(this.key).send();
			assertThat(node.handlers.runs("timeout")).isOne();
		}
	}

	@Test
	void aRequestThatDoesNotReachTheHandlerHasNoOutcomeWhateverLeavesItOpen() {
		try (WebNode node = WebNode.start(this.stack, "idempotent.unknown-failures=java.lang.Exception")) {
			assertThat(node.post("/validated").key(this.key).body("{").send().status()).isEqualTo(400);
			assertThat(node.post("/validated").key(this.key).body(TestClient.ORDER).send().status()).isEqualTo(200);
			assertThat(node.post("/status/429").key(this.key).send().status()).isEqualTo(429);
			assertThat(node.post("/status/429").key(this.key).send().status()).isEqualTo(429);
			node.post("/boom").key(this.key).send();
			assertThat(node.post("/boom").key(this.key).send().body()).contains("outcome-unknown");
		}
	}

	@Test
	void anExpiredKeyIsANewOne() {
		try (WebNode node = WebNode.start(this.stack, "idempotent.ttl=300ms", "idempotent.local-cache.ttl=100ms")) {
			Answer first = node.post("/orders").key(this.key).body(TestClient.ORDER).send();
			await().untilAsserted(() -> {
				Answer later = node.post("/orders").key(this.key).body("{\"item\": \"pen\", \"amount\": 1}").send();
				assertThat(later.status()).isEqualTo(201);
				assertThat(later.isReplayed()).isFalse();
				assertThat(later.body()).isNotEqualTo(first.body());
			});
		}
	}

	@Test
	void whereSpringRendersProblemDetailsTheirBytesAreReplayed() {
		try (WebNode node = WebNode.start(this.stack, "spring.mvc.problemdetails.enabled=true",
				"spring.webflux.problemdetails.enabled=true")) {
			Answer first = node.post("/thrown/409").key(this.key).send();
			Answer retry = node.post("/thrown/409").key(this.key).send();
			assertThat(first.header("Content-Type")).hasValue("application/problem+json");
			assertThat(retry.isReplayed()).isTrue();
			assertThat(retry.response().body()).isEqualTo(first.response().body());
			assertThat(node.post("/orders").body(TestClient.ORDER).send().body()).contains("\"code\":\"key-missing\"");
		}
	}

	@Test
	void whatHasReturnedIsNotRunAgainAlsoUnderRetry() {
		try (WebNode node = WebNode.start(this.stack, "idempotent.on-abandoned=retry")) {
			node.post("/unwritable").key(this.key).send();
			assertThat(node.post("/unwritable").key(this.key).send().body()).contains("result-unavailable");
			assertThat(node.handlers.runs("unwritable")).isOne();
		}
	}

	@Test
	void aReplayHasTheCorsHeadersOfItsOwnRequest() {
		try (WebNode node = new WebNode(this.stack, TestDatabase.H2.createEmpty(),
				(this.stack == WebStack.TOMCAT) ? Cors.class : ReactiveCors.class)) {
			Answer first = node.post("/orders")
				.header("Origin", "https://one.example.org")
				.key(this.key)
				.body(TestClient.ORDER)
				.send();
			Answer retry = node.post("/orders")
				.header("Origin", "https://two.example.org")
				.key(this.key)
				.body(TestClient.ORDER)
				.send();
			assertThat(first.header("Access-Control-Allow-Origin")).hasValue("https://one.example.org");
			assertThat(retry.isReplayed()).isTrue();
			assertThat(retry.headers("Access-Control-Allow-Origin")).containsExactly("https://two.example.org");
			assertThat(retry.headers("X-Content-Type-Options")).hasSize(1);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Cors {

		@Bean
		WebMvcConfigurer cors() {
			return new WebMvcConfigurer() {

				@Override
				public void addCorsMappings(CorsRegistry registry) {
					registry.addMapping("/**").allowedOrigins("https://one.example.org", "https://two.example.org");
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveCors {

		@Bean
		WebFluxConfigurer cors() {
			return new WebFluxConfigurer() {

				@Override
				public void addCorsMappings(org.springframework.web.reactive.config.CorsRegistry registry) {
					registry.addMapping("/**").allowedOrigins("https://one.example.org", "https://two.example.org");
				}

			};
		}

	}

}
