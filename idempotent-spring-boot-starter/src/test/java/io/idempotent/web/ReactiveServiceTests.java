package io.idempotent.web;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.Idempotent;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Services with keys of their own, called by handlers of WebFlux, over a real port.
 */
class ReactiveServiceTests {

	private final String key = UUID.randomUUID().toString();

	static class Service {

		private final AtomicInteger runs = new AtomicInteger();

		private final Sinks.One<String> slow = Sinks.one();

		@Idempotent(key = "#id", operation = "service.act")
		public Mono<String> act(String id, String payload) {
			return Mono.fromSupplier(() -> payload + " " + this.runs.incrementAndGet());
		}

		@Idempotent(key = "#id", operation = "service.slow")
		public Mono<String> slow(String id) {
			return this.slow.asMono().doOnSubscribe((subscription) -> this.runs.incrementAndGet());
		}

		public int runs() {
			return this.runs.get();
		}

		public void finish() {
			this.slow.tryEmitValue("slow");
		}

	}

	@RestController
	static class Controller {

		private final Service service;

		Controller(Service service) {
			this.service = service;
		}

		@PostMapping("/service/act/{id}/{payload}")
		public Mono<String> act(@PathVariable String id, @PathVariable String payload) {
			return this.service.act(id, payload);
		}

		@PostMapping("/service/slow/{id}")
		public Mono<String> slow(@PathVariable String id) {
			return this.service.slow(id);
		}

		@Idempotent(operation = "outer")
		@PostMapping("/guarded/slow/{id}")
		public Mono<String> guarded(@PathVariable String id) {
			return this.service.slow(id);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Service.class, Controller.class })
	static class Services {

	}

	private static WebNode start() {
		return new WebNode(WebStack.NETTY, TestDatabase.H2.createEmpty(), Services.class);
	}

	@Test
	void refusalsOfTheServiceAreProblems() {
		try (WebNode node = start()) {
			assertThat(node.post("/service/act/" + this.key + "/a").send().body()).isEqualTo("a 1");
			assertThat(node.post("/service/act/" + this.key + "/a").send().body()).isEqualTo("a 1");
			Answer reused = node.post("/service/act/" + this.key + "/b").send();
			assertThat(reused.status()).isEqualTo(422);
			assertThat(reused.header("Content-Type")).hasValue("application/problem+json");
			assertThat(reused.body()).contains("\"code\":\"key-reused\"", "***(36)");
		}
	}

	@Test
	void aHandlerWhoseServiceIsBusyIsNotRecordedAsBusy() {
		try (WebNode node = start()) {
			Service service = node.context.getBean(Service.class);
			var first = node.post("/service/slow/" + this.key).start();
			await().until(() -> service.runs() == 1);
			Answer busy = node.post("/guarded/slow/" + this.key).key(this.key).send();
			assertThat(busy.status()).isEqualTo(409);
			assertThat(busy.body()).contains("in-progress");
			service.finish();
			assertThat(first.join().statusCode()).isEqualTo(200);
			Answer retry = node.post("/guarded/slow/" + this.key).key(this.key).send();
			assertThat(retry.status()).isEqualTo(200);
			assertThat(retry.body()).isEqualTo("slow");
		}
	}

}
