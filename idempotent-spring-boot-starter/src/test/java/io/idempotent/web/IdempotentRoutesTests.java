package io.idempotent.web;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.web.servlet.function.RouterFunctions.route;

/**
 * Functional routes, over a real port.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class IdempotentRoutesTests {

	private static final AtomicInteger runs = new AtomicInteger();

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@Parameter
	WebStack stack;

	@Configuration(proxyBeanMethods = false)
	static class Routes {

		@Bean
		RouterFunction<ServerResponse> votes(IdempotentRoutes idempotent) {
			return route()
				.POST("/votes",
						(request) -> ServerResponse.status(201)
							.header("X-Vote", "yes")
							.body(request.body(String.class) + runs.incrementAndGet()))
				.PUT("/broken", (request) -> {
					runs.incrementAndGet();
					throw new IllegalStateException("broken");
				})
				.filter(idempotent.operation("vote.cast"))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveRoutes {

		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<?> votes(ReactiveIdempotentRoutes idempotent) {
			return org.springframework.web.reactive.function.server.RouterFunctions.route()
				.POST("/votes", (request) -> request.bodyToMono(String.class)
					.flatMap((vote) -> org.springframework.web.reactive.function.server.ServerResponse.status(201)
						.header("X-Vote", "yes")
						.bodyValue(vote + runs.incrementAndGet())))
				.PUT("/broken", (request) -> {
					runs.incrementAndGet();
					throw new IllegalStateException("broken");
				})
				.filter(idempotent.operation("vote.cast"))
				.build();
		}

	}

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = new WebNode(stack, TestDatabase.H2.createEmpty(),
				(stack == WebStack.TOMCAT) ? Routes.class : ReactiveRoutes.class, "idempotent.web.max-body-size=100B");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	@Test
	void aRetryGetsTheSameAnswerAndTheRouteDoesNotRun() {
		int before = runs.get();
		Answer first = node.post("/votes").key(this.key).body("\"aye\"").send();
		Answer retry = node.post("/votes").key(this.key).body("\"aye\"").send();
		assertThat(first.status()).isEqualTo(201);
		assertThat(first.isReplayed()).isFalse();
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.status()).isEqualTo(201);
		assertThat(retry.header("X-Vote")).hasValue("yes");
		assertThat(retry.header("Content-Type")).isEqualTo(first.header("Content-Type"));
		assertThat(retry.response().body()).isEqualTo(first.response().body());
		assertThat(runs).hasValue(before + 1);
	}

	@Test
	void refusalsAreProblems() {
		node.post("/votes").key(this.key).body("\"aye\"").send();
		assertProblem(node.post("/votes").key(this.key).body("\"no\"").send(), 422, "key-reused");
		assertProblem(node.post("/votes").body("\"no\"").send(), 400, "key-missing");
		assertProblem(node.post("/votes").key("a,b").body("\"no\"").send(), 400, "key-invalid");
		assertProblem(node.post("/votes").key(this.key).body("x".repeat(101)).send(), 413, "body-too-large");
	}

	private static void assertProblem(Answer answer, int status, String code) {
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
		assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
	}

	@Test
	void afterAnExceptionTheRetryRuns() {
		int before = runs.get();
		assertThat(node.request("PUT", "/broken").key(this.key).send().status()).isEqualTo(500);
		assertThat(node.request("PUT", "/broken").key(this.key).send().status()).isEqualTo(500);
		assertThat(runs).hasValue(before + 2);
	}

	@Test
	void usersHaveTheirOwnKeys() {
		node.post("/votes").key(this.key).body("\"aye\"").send();
		assertThat(node.post("/votes").user("bob").key(this.key).body("\"aye\"").send().isReplayed()).isFalse();
	}

}
