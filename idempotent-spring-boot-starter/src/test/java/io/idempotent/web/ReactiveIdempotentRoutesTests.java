package io.idempotent.web;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.IdempotencyContext;
import io.idempotent.OperationInProgressException;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;
import static org.springframework.web.reactive.function.server.RouterFunctions.route;

/**
 * What only functional routes of WebFlux do, over a real port.
 */
class ReactiveIdempotentRoutesTests {

	private static final AtomicInteger runs = new AtomicInteger();

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@Configuration(proxyBeanMethods = false)
	@Import(TroubleFilters.class)
	static class Routes {

		@Bean
		RouterFunction<ServerResponse> twice(ReactiveIdempotentRoutes idempotent) {
			return route()
				.nest(path("/twice"),
						(inner) -> inner
							.POST((request) -> ServerResponse.ok().bodyValue("run " + runs.incrementAndGet()))
							.filter(idempotent.operation("inner")))
				.filter(idempotent.operation("outer"))
				.build();
		}

		@Bean
		RouterFunction<ServerResponse> votes(ReactiveIdempotentRoutes idempotent) {
			return route()
				.POST("/votes",
						(request) -> request.bodyToMono(String.class)
							.flatMap((vote) -> ServerResponse.status(201)
								.header("X-Vote", "yes")
								.bodyValue(vote + runs.incrementAndGet())))
				// the work is done while the answer is written
				.POST("/lazy",
						(request) -> ServerResponse.ok()
							.body(Mono.deferContextual((context) -> Mono
								.just(context.get(IdempotencyContext.class).attempt() + " " + runs.incrementAndGet())),
									String.class))
				.POST("/lazy/conflict",
						(request) -> ServerResponse.ok()
							.body(Mono.defer(() -> Mono.error(
									new ResponseStatusException(HttpStatus.CONFLICT, "run " + runs.incrementAndGet()))),
									String.class))
				.POST("/lazy/timeout", (request) -> ServerResponse.ok().body(Mono.defer(() -> {
					runs.incrementAndGet();
					return Mono.error(new TimeoutException());
				}), String.class))
				.POST("/untyped", (request) -> {
					runs.incrementAndGet();
					return ServerResponse.ok().contentType(new MediaType("application", "x-none")).bodyValue(Map.of());
				})
				.POST("/busy",
						(request) -> (runs.incrementAndGet() % 2 == 1) ? Mono.error(
								new OperationInProgressException("inner", "key", "It is busy.", Duration.ofSeconds(1)))
								: ServerResponse.ok().build())
				.filter(idempotent.operation("vote.cast"))
				.build();
		}

	}

	@BeforeAll
	static void start() {
		node = new WebNode(WebStack.NETTY, TestDatabase.H2.createEmpty(), Routes.class);
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	@Test
	void workThatIsDoneWhileTheAnswerIsWrittenIsPartOfTheAttempt() {
		int before = runs.get();
		Answer first = node.post("/lazy").key(this.key).send();
		assertThat(first.body()).isEqualTo("1 " + (before + 1));
		Answer retry = node.post("/lazy").key(this.key).send();
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.body()).isEqualTo(first.body());
	}

	@Test
	void aFailureOfThatWorkCountsLikeAnyOther() {
		int before = runs.get();
		assertThat(node.post("/lazy/conflict").key(this.key).send().status()).isEqualTo(409);
		Answer retry = node.post("/lazy/conflict").key(this.key).send();
		assertThat(retry.isReplayed()).as(retry.body()).isTrue();
		assertThat(retry.body()).contains("\"status\":409");
		assertThat(runs).hasValue(before + 1);
		String other = UUID.randomUUID().toString();
		assertThat(node.post("/lazy/timeout").key(other).send().status()).isEqualTo(500);
		assertThat(node.post("/lazy/timeout").key(other).send().body()).contains("outcome-unknown");
		assertThat(runs).hasValue(before + 2);
	}

	@Test
	void aRouteThatHasReturnedIsNotRunAgainBecauseItsResultCannotBeWrittenOrAFilterFailsAfterwards() {
		int before = runs.get();
		assertThat(node.post("/untyped").key(this.key).send().status()).isGreaterThanOrEqualTo(400);
		assertThat(node.post("/untyped").key(this.key).send().body()).contains("result-unavailable");
		assertThat(runs).hasValue(before + 1);
		String other = UUID.randomUUID().toString();
		assertThat(node.post("/votes").header(TroubleFilters.HEADER, "fail after").key(other).body("1").send().status())
			.isEqualTo(500);
		assertThat(node.post("/votes").key(other).body("1").send().body()).contains("result-unavailable");
		assertThat(runs).hasValue(before + 2);
	}

	@Test
	void aRouteWhoseServiceIsBusyIsNotRecordedAsBusy() {
		runs.set(0);
		assertThat(node.post("/busy").key(this.key).send().body()).contains("in-progress");
		Answer retry = node.post("/busy").key(this.key).send();
		assertThat(retry.status()).isEqualTo(200);
		assertThat(retry.isReplayed()).isFalse();
	}

	@Test
	void aRouteThatIsGuardedTwiceIsRefusedAndHoldsNothing() {
		int before = runs.get();
		assertThat(node.post("/twice").key(this.key).send().status()).isEqualTo(500);
		assertThat(node.post("/twice").key(this.key).send().status()).isEqualTo(500);
		assertThat(runs).hasValue(before);
	}

}
