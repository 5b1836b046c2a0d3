package io.idempotent.web;

import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.IdempotencyException;
import io.idempotent.Idempotent;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Services with keys of their own, called by handlers: refusals and replays, over a real
 * port.
 */
class ServiceProblemTests {

	private final String key = UUID.randomUUID().toString();

	static class Service {

		private final AtomicInteger runs = new AtomicInteger();

		private final CountDownLatch entered = new CountDownLatch(1);

		private final CountDownLatch gate = new CountDownLatch(1);

		@Idempotent(key = "#id", operation = "service.act")
		public String act(String id, String payload) {
			return payload + " " + this.runs.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "service.slow")
		public String slow(String id) throws InterruptedException {
			this.entered.countDown();
			this.gate.await(20, TimeUnit.SECONDS);
			return "slow";
		}

		@Idempotent(key = "#id", operation = "service.timeout")
		public String timeout(String id) throws TimeoutException {
			throw new TimeoutException();
		}

		public void awaitEntered() throws InterruptedException {
			this.entered.await(20, TimeUnit.SECONDS);
		}

		public void open() {
			this.gate.countDown();
		}

	}

	@RestController
	static class Controller {

		private final Service service;

		Controller(Service service) {
			this.service = service;
		}

		@PostMapping("/service/act/{id}/{payload}")
		public String act(@PathVariable String id, @PathVariable String payload) {
			return this.service.act(id, payload);
		}

		@PostMapping("/service/slow/{id}")
		public String slow(@PathVariable String id) throws InterruptedException {
			return this.service.slow(id);
		}

		@PostMapping("/service/timeout/{id}")
		public String timeout(@PathVariable String id) throws TimeoutException {
			return this.service.timeout(id);
		}

		@Idempotent(operation = "outer")
		@PostMapping("/guarded/slow/{id}")
		public String guarded(@PathVariable String id) throws InterruptedException {
			return this.service.slow(id);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Service.class, Controller.class })
	static class Services {

	}

	@RestControllerAdvice
	static class CatchAll {

		@ExceptionHandler
		ResponseEntity<String> handle(Exception ex) {
			return ResponseEntity.internalServerError().body("caught " + ex.getClass().getSimpleName());
		}

	}

	@RestControllerAdvice
	@Order(Ordered.HIGHEST_PRECEDENCE)
	static class OwnAnswers {

		@ExceptionHandler
		ResponseEntity<String> handle(IdempotencyException ex) {
			return ResponseEntity.status(499).body("own " + ex.code());
		}

	}

	private static WebNode start(Class<?> source) {
		return new WebNode(TestDatabase.H2.createEmpty(), source);
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Services.class, CatchAll.class })
	static class WithCatchAll {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Services.class, OwnAnswers.class })
	static class WithOwnAnswers {

	}

	@Test
	void aReplayOfTheServiceMarksTheAnswer() {
		try (WebNode node = start(Services.class)) {
			Answer first = node.post("/service/act/" + this.key + "/a").send();
			Answer second = node.post("/service/act/" + this.key + "/a").send();
			assertThat(first.isReplayed()).isFalse();
			assertThat(second.isReplayed()).isTrue();
			assertThat(second.body()).isEqualTo(first.body()).isEqualTo("a 1");
		}
	}

	@Test
	void refusalsOfTheServiceAreProblemsAlsoWhereAnAdviceCatchesEverything() {
		try (WebNode node = start(WithCatchAll.class)) {
			node.post("/service/act/" + this.key + "/a").send();
			Answer reused = node.post("/service/act/" + this.key + "/b").send();
			assertThat(reused.status()).isEqualTo(422);
			assertThat(reused.header("Content-Type")).hasValue("application/problem+json");
			assertThat(reused.body()).contains("\"code\":\"key-reused\"", "***(36)");
			assertThat(node.post("/service/timeout/" + this.key).send().body()).isEqualTo("caught TimeoutException");
			Answer unknown = node.post("/service/timeout/" + this.key).send();
			assertThat(unknown.status()).isEqualTo(409);
			assertThat(unknown.body()).contains("\"code\":\"outcome-unknown\"", "\"retryable\":false");
		}
	}

	@Test
	void anApplicationMayAnswerInItsOwnWay() {
		try (WebNode node = start(WithOwnAnswers.class)) {
			node.post("/service/act/" + this.key + "/a").send();
			Answer reused = node.post("/service/act/" + this.key + "/b").send();
			assertThat(reused.status()).isEqualTo(499);
			assertThat(reused.body()).isEqualTo("own key-reused");
		}
	}

	@Test
	void aHandlerWhoseServiceIsBusyIsNotRecordedAsBusy() throws Exception {
		ExecutorService threads = Executors.newSingleThreadExecutor();
		try (WebNode node = start(Services.class)) {
			Service service = node.context.getBean(Service.class);
			Future<Answer> first = threads.submit(() -> node.post("/service/slow/" + this.key).send());
			service.awaitEntered();
			Answer busy = node.post("/guarded/slow/" + this.key).key(this.key).send();
			assertThat(busy.status()).isEqualTo(409);
			assertThat(busy.body()).contains("in-progress");
			service.open();
			assertThat(first.get(20, TimeUnit.SECONDS).body()).isEqualTo("slow");
			Answer retry = node.post("/guarded/slow/" + this.key).key(this.key).send();
			assertThat(retry.status()).isEqualTo(200);
			assertThat(retry.body()).isEqualTo("slow");
		}
		finally {
			threads.shutdownNow();
		}
	}

}
