package io.idempotent.web.reactive;

import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.idempotent.Idempotent;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.autoconfigure.IdempotencyAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyStoreAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyWebAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyWebFluxAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * WebFlux handlers that could not be guarded stop the start, each with a sentence that
 * names it and the remedy.
 */
class ReactiveDeclarationTests {

	private final ReactiveWebApplicationContextRunner application = new ReactiveWebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, HttpHandlerAutoConfiguration.class,
				WebFluxAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class,
				IdempotencyAutoConfiguration.class, IdempotencyWebAutoConfiguration.class,
				IdempotencyWebFluxAutoConfiguration.class))
		.withPropertyValues("idempotent.store=memory");

	static class NoHandler {

		@Idempotent(operation = "test")
		public Mono<String> act() {
			return Mono.empty();
		}

	}

	@RestController
	static class Get {

		@Idempotent(operation = "test")
		@GetMapping("/")
		public Mono<String> act() {
			return Mono.empty();
		}

	}

	@RestController
	static class AnyMethod {

		@Idempotent(operation = "test")
		@RequestMapping("/")
		public Mono<String> act() {
			return Mono.empty();
		}

	}

	@RestController
	static class Plain {

		@Idempotent(operation = "test")
		@PostMapping("/")
		public String act() {
			return "";
		}

	}

	@RestController
	static class Future {

		@Idempotent(operation = "test")
		@PostMapping("/")
		public CompletableFuture<String> act() {
			return new CompletableFuture<>();
		}

	}

	@RestController
	static class Events {

		@Idempotent(operation = "test")
		@PostMapping("/")
		public Flux<ServerSentEvent<String>> act() {
			return Flux.empty();
		}

	}

	@RestController
	static class Streaming {

		@Idempotent(operation = "test")
		@PostMapping(path = "/", produces = MediaType.APPLICATION_NDJSON_VALUE)
		public Flux<String> act() {
			return Flux.empty();
		}

	}

	@RestController
	static class Nested {

		@Idempotent(operation = "test")
		@PostMapping("/")
		public Mono<ResponseEntity<Flux<String>>> act() {
			return Mono.empty();
		}

	}

	@RestController
	static class TooEarlyForTheUser {

		@Idempotent(key = "'k'", operation = "test")
		@PostMapping("/")
		public String act() {
			return "";
		}

	}

	@RestController
	public static class Right {

		@Idempotent(operation = "test")
		@PostMapping("/")
		public Mono<String> act() {
			return Mono.just("ran");
		}

	}

	static Stream<Arguments> wrong() {
		return Stream.of(Arguments.of(NoHandler.class, "is no handler of web requests", "@PostMapping"),
				Arguments.of(Get.class, "it handles GET", "POST, PUT, PATCH and DELETE"),
				Arguments.of(AnyMethod.class, "names no HTTP method", "POST, PUT, PATCH and DELETE"),
				Arguments.of(Plain.class, "it returns java.lang.String", "Return a Mono or a Flux"),
				Arguments.of(Future.class, "it returns java.util.concurrent.CompletableFuture",
						"Return a Mono or a Flux"),
				Arguments.of(Events.class, "ServerSentEvent", "Return the whole answer"),
				Arguments.of(Streaming.class, "a stream", "Return the whole answer"),
				Arguments.of(Nested.class, "Flux", "Return the whole answer"), Arguments.of(TooEarlyForTheUser.class,
						"before its record can be that of the user", "take the Principal as an argument"));
	}

	@ParameterizedTest
	@MethodSource("wrong")
	void aHandlerThatCannotBeGuardedStopsTheStart(Class<?> bean, String problem, String remedy) {
		this.application.withBean(bean)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(bean.getName() + ".act(")
				.hasMessageContaining(problem)
				.hasMessageContaining(remedy));
	}

	@Test
	void aHandlerThatIsCalledWithoutARequestDoesNotRun() {
		this.application.withBean(Right.class)
			.run((context) -> StepVerifier.create(context.getBean(Right.class).act())
				.expectErrorSatisfies(
						(refusal) -> assertThat(refusal).isInstanceOf(MissingIdempotencyKeyException.class)
							.hasMessageContaining("not that of a request"))
				.verify());
	}

}
