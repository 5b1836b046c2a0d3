package io.idempotent.company;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.idempotent.ClosedPort;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.company.Company.Runs;
import io.idempotent.engine.TroubledServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Guarded methods that call what retries: the first attempt may have been processed, the
 * last one certainly was not sent, and only that one is seen.
 */
@Timeout(60)
@ParameterizedClass
@ValueSource(booleans = { true, false })
class RetriedInsideTests {

	private final ApplicationContextRunner application;

	private final TroubledServer server = new TroubledServer();

	private final ClosedPort gone = new ClosedPort();

	RetriedInsideTests(boolean localCache) throws IOException {
		this.application = Company.application()
			.withPropertyValues("idempotent.local-cache.enabled=" + localCache)
			.withUserConfiguration(Resilient.class)
			.withBean(RetryTemplate.class,
					() -> new RetryTemplate(RetryPolicy.builder().maxRetries(1).delay(Duration.ofMillis(1)).build()))
			.withBean(Gateway.class)
			.withBean(Payments.class);
	}

	@AfterEach
	void close() throws IOException {
		this.server.close();
		this.gone.close();
	}

	private static String url(int port) {
		return "http://127.0.0.1:" + port + "/pay";
	}

	private void assertRunsAgain(boolean again, Callable<?> call, Gateway gateway, Runs runs) {
		runs.set(0);
		gateway.attempts().set(0);
		assertThat(catchThrowable(call::call)).isNotNull();
		assertThat(gateway.attempts()).as("attempts").hasValueGreaterThan(1);
		Throwable second = catchThrowable(call::call);
		assertThat(runs).hasValue(again ? 2 : 1);
		assertThat(Stream.iterate(second, Objects::nonNull, Throwable::getCause)
			.anyMatch(OutcomeUnknownException.class::isInstance)).isNotEqualTo(again);
	}

	private void run(boolean again, int first) {
		this.application.run((context) -> {
			Gateway gateway = context.getBean(Gateway.class);
			gateway.callAt(url(first), url(this.gone.number()));
			Payments payments = context.getBean(Payments.class);
			Runs runs = context.getBean(Runs.class);
			assertRunsAgain(again, () -> payments.blocking("k"), gateway, runs);
			assertRunsAgain(again, () -> payments.otherThread("k"), gateway, runs);
			assertRunsAgain(again, () -> payments.wrapped("k"), gateway, runs);
			assertRunsAgain(again, () -> payments.byTemplate("k"), gateway, runs);
			assertRunsAgain(again, () -> payments.byUnwrapped("k"), gateway, runs);
			assertRunsAgain(again, () -> payments.guardedByTemplate("k"), gateway, runs);
			assertRunsAgain(again, () -> payments.twice("k"), gateway, runs);
			if (!again) {
				assertRunsAgain(false, () -> payments.mono("k").block(), gateway, runs);
				assertRunsAgain(false, () -> payments.exhaustedMono("k").block(), gateway, runs);
			}
		});
	}

	@Test
	void anAttemptThatMayHaveBeenProcessedCountsThoughTheLastOneWasNotSent() {
		run(false, this.server.port());
		assertThat(this.server.requests()).isEqualTo(9);
	}

	@Test
	void attemptsNoneOfWhichWasSentMayBeRepeated() {
		run(true, this.gone.number());
	}

	@Test
	void aFailureOfTheMethodAfterARetryThatSucceededIsItsOwn() {
		this.application.run((context) -> {
			Gateway gateway = context.getBean(Gateway.class);
			assertRunsAgain(true, () -> context.getBean(Payments.class).failsAfterwards("k"), gateway,
					context.getBean(Runs.class));
		});
	}

	@Test
	void anAttemptThatTheOperationCallsUnknownCountsAndIsTheOnlyOneWhereTheDefaultIsReplaced() {
		this.application.withPropertyValues("idempotent.unknown-failures=java.lang.InterruptedException")
			.run((context) -> {
				Gateway gateway = context.getBean(Gateway.class);
				gateway.callAt(url(this.server.port()), url(this.gone.number()));
				Payments payments = context.getBean(Payments.class);
				assertRunsAgain(true, () -> payments.blocking("k"), gateway, context.getBean(Runs.class));
				assertRunsAgain(false, () -> payments.listed("k"), gateway, context.getBean(Runs.class));
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class Resilient {

	}

	static class Gateway {

		private final AtomicInteger attempts = new AtomicInteger();

		private volatile String first = "";

		private volatile String then = "";

		private final java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();

		private final RestClient rest = RestClient.builder()
			.requestFactory(new JdkClientHttpRequestFactory(this.client))
			.build();

		private final WebClient web = WebClient.builder()
			.clientConnector(new JdkClientHttpConnector(this.client))
			.build();

		AtomicInteger attempts() {
			return this.attempts;
		}

		void callAt(String first, String then) {
			this.first = first;
			this.then = then;
		}

		String send() {
			String url = (this.attempts.incrementAndGet() == 1) ? this.first : this.then;
			return this.rest.post().uri(url).body("x").retrieve().body(String.class);
		}

		@Retryable(includes = ResourceAccessException.class, maxRetries = 1, delay = 1)
		public String charge() {
			return send();
		}

		@Retryable(maxRetries = 2, delay = 1)
		public String flaky() {
			if (this.attempts.incrementAndGet() == 1) {
				throw new IllegalStateException(new java.net.SocketTimeoutException("Read timed out"));
			}
			return "charged";
		}

		@Retryable(maxRetries = 2, delay = 1)
		public String declined() {
			throw (this.attempts.incrementAndGet() == 1) ? new Busy() : new IllegalStateException("no");
		}

		private Mono<String> exchange() {
			return Mono.defer(() -> this.web.post()
				.uri((this.attempts.incrementAndGet() == 1) ? this.first : this.then)
				.bodyValue("x")
				.retrieve()
				.bodyToMono(String.class));
		}

		@Retryable(maxRetries = 1, delay = 1)
		public Mono<String> exhausted() {
			return exchange();
		}

		/** The last failure is none that is retried, and comes out alone. */
		@Retryable(includes = WebClientRequestException.class, maxRetries = 3, delay = 1)
		public Mono<String> reactive() {
			return exchange().onErrorMap((failure) -> this.attempts.get() > 1, IllegalStateException::new);
		}

	}

	static class Busy extends RuntimeException {

	}

	static class Payments {

		private final Gateway gateway;

		private final RetryTemplate retries;

		private final IdempotencyTemplate template;

		private final Runs runs;

		Payments(Gateway gateway, RetryTemplate retries, IdempotencyTemplate template, Runs runs) {
			this.gateway = gateway;
			this.retries = retries;
			this.template = template;
			this.runs = runs;
		}

		@Idempotent(key = "#id", operation = "blocking")
		public String blocking(String id) {
			this.runs.incrementAndGet();
			return this.gateway.charge();
		}

		@Idempotent(key = "#id", operation = "other-thread")
		public String otherThread(String id) {
			this.runs.incrementAndGet();
			return CompletableFuture.supplyAsync(this.gateway::charge).join();
		}

		@Idempotent(key = "#id", operation = "wrapped")
		public String wrapped(String id) {
			this.runs.incrementAndGet();
			try {
				return this.gateway.charge();
			}
			catch (RuntimeException ex) {
				throw new IllegalStateException("not charged", ex);
			}
		}

		@Idempotent(key = "#id", operation = "by-template")
		public String byTemplate(String id) {
			this.runs.incrementAndGet();
			return this.retries.invoke(this.gateway::send);
		}

		@Idempotent(key = "#id", operation = "by-unwrapped")
		public String byUnwrapped(String id) throws Exception {
			this.runs.incrementAndGet();
			try {
				return this.retries.execute(this.gateway::send);
			}
			catch (RetryException ex) {
				throw (Exception) ex.getCause();
			}
		}

		/** A retry of retries. */
		@Idempotent(key = "#id", operation = "twice")
		public String twice(String id) {
			this.runs.incrementAndGet();
			return this.retries.invoke(this.gateway::charge);
		}

		public String guardedByTemplate(String id) {
			return this.template.operation("guarded").key(id).returning(String.class).execute(() -> {
				this.runs.incrementAndGet();
				return this.gateway.charge();
			});
		}

		@Idempotent(key = "#id", operation = "fails-afterwards")
		public String failsAfterwards(String id) {
			this.runs.incrementAndGet();
			this.gateway.attempts().set(0);
			throw new IllegalStateException(this.gateway.flaky());
		}

		@Idempotent(key = "#id", operation = "listed", unknownFailures = Busy.class)
		public String listed(String id) {
			this.runs.incrementAndGet();
			return this.gateway.declined();
		}

		@Idempotent(key = "#id", operation = "mono")
		public Mono<String> mono(String id) {
			this.runs.incrementAndGet();
			return this.gateway.reactive();
		}

		@Idempotent(key = "#id", operation = "exhausted-mono")
		public Mono<String> exhaustedMono(String id) {
			this.runs.incrementAndGet();
			return this.gateway.exhausted();
		}

	}

}
