package io.idempotent.company;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.idempotent.ClosedPort;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.company.Company.Runs;
import io.idempotent.engine.TroubledServer;
import io.idempotent.engine.TroubledServer.Trouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Methods of each kind that call another system, which may have done what it was asked.
 */
@Timeout(60)
@ParameterizedClass
@ValueSource(booleans = { true, false })
class UnansweredRequestTests {

	private final ApplicationContextRunner application;

	UnansweredRequestTests(boolean localCache) {
		this.application = Company.application()
			.withPropertyValues("idempotent.local-cache.enabled=" + localCache)
			.withBean(Payments.class);
	}

	private void assertRunsAgain(boolean again, Callable<?> call, Runs runs) {
		runs.set(0);
		assertThat(catchThrowable(call::call)).isNotNull();
		Throwable second = catchThrowable(call::call);
		assertThat(runs).hasValue(again ? 2 : 1);
		assertThat(Stream.iterate(second, Objects::nonNull, Throwable::getCause)
			.anyMatch(OutcomeUnknownException.class::isInstance)).isNotEqualTo(again);
	}

	private void assertRunAgain(boolean again, Payments payments, Runs runs) {
		assertRunsAgain(again, () -> payments.blocking("k"), runs);
		assertRunsAgain(again, () -> payments.future("k").get(), runs);
		assertRunsAgain(again, () -> payments.mono("k").block(), runs);
		assertRunsAgain(again, () -> payments.template("k"), runs);
	}

	@Test
	void aRequestThatMayHaveBeenProcessedIsNotSentAgain() throws IOException {
		try (TroubledServer server = new TroubledServer()) {
			this.application.run((context) -> {
				Payments payments = context.getBean(Payments.class);
				payments.callAt("http://127.0.0.1:" + server.port() + "/pay");
				server.troubleWith(Trouble.CLOSES);
				assertRunAgain(false, payments, context.getBean(Runs.class));
				assertThat(server.requests()).isEqualTo(4);
			});
		}
	}

	@Test
	void aRequestThatWasNotSentMayBeSentAgain() throws IOException {
		try (ClosedPort port = new ClosedPort()) {
			this.application.run((context) -> {
				Payments payments = context.getBean(Payments.class);
				payments.callAt("http://127.0.0.1:" + port.number() + "/pay");
				assertRunAgain(true, payments, context.getBean(Runs.class));
			});
		}
	}

	@Test
	void theConfigurationReplacesWhatIsKnownOfClientsAndTheAttributeAddsToIt() throws IOException {
		try (TroubledServer server = new TroubledServer()) {
			this.application.withPropertyValues("idempotent.unknown-failures=java.lang.InterruptedException")
				.run((context) -> {
					Payments payments = context.getBean(Payments.class);
					payments.callAt("http://127.0.0.1:" + server.port() + "/pay");
					assertRunAgain(true, payments, context.getBean(Runs.class));
					assertRunsAgain(false, () -> payments.listed("k"), context.getBean(Runs.class));
				});
		}
	}

	static class Payments {

		private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

		private final RestClient rest = RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory(this.client))
			.build();

		private final WebClient web = WebClient.builder()
			.clientConnector(new JdkClientHttpConnector(this.client))
			.build();

		private final Runs runs;

		private final IdempotencyTemplate template;

		private volatile String url = "";

		Payments(Runs runs, IdempotencyTemplate template) {
			this.runs = runs;
			this.template = template;
		}

		void callAt(String url) {
			this.url = url;
		}

		private String send() {
			this.runs.incrementAndGet();
			return this.rest.post().uri(this.url).body("x").retrieve().body(String.class);
		}

		@Idempotent(key = "#id", operation = "blocking")
		String blocking(String id) {
			return send();
		}

		@Idempotent(key = "#id", operation = "listed", unknownFailures = IOException.class)
		String listed(String id) {
			return send();
		}

		@Idempotent(key = "#id", operation = "future")
		CompletableFuture<String> future(String id) {
			this.runs.incrementAndGet();
			return this.client.sendAsync(
					HttpRequest.newBuilder(URI.create(this.url)).POST(HttpRequest.BodyPublishers.ofString("x")).build(),
					BodyHandlers.ofString())
				.thenApply((response) -> response.body());
		}

		@Idempotent(key = "#id", operation = "mono")
		Mono<String> mono(String id) {
			this.runs.incrementAndGet();
			return this.web.post().uri(this.url).bodyValue("x").retrieve().bodyToMono(String.class);
		}

		String template(String id) {
			return this.template.operation("template").key(id).returning(String.class).execute(this::send);
		}

	}

}
