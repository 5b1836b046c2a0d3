package io.idempotent.client;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.idempotent.IdempotencyContext;
import io.idempotent.client.Caller.Request;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What only a WebClient has: Reactor's context, bodies that are streams, cancellation.
 */
class ReactiveCallTests {

	private static final IdempotencyContext CONTEXT = new IdempotencyContext("", "order.place", "17", 1, 1);

	private static final IdempotencyContext OTHER = new IdempotencyContext("", "order.place", "18", 1, 1);

	private static WebClient client(ScriptedService service) {
		return WebClient.builder()
			.baseUrl(service.url())
			.filter(new IdempotencyExchangeFilter(Request.fast().build()))
			.build();
	}

	@Test
	void theContextOfTheChainComesBeforeThatOfTheThread() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.DONE)) {
			Mono<String> call = client(service).post()
				.attributes(IdempotentRequest.keyFor("stripe"))
				.bodyValue("order")
				.retrieve()
				.bodyToMono(String.class);
			String key = CONTEXT.keyFor("stripe");
			OTHER.call(() -> call.contextWrite((context) -> context.put(IdempotencyContext.class, CONTEXT)).block());
			CONTEXT.call(() -> call.block());
			assertThat(service.keys()).containsExactly(List.of(key), List.of(key), List.of(key));
		}
	}

	@Test
	void aRetryAroundTheCallKeepsARandomKey() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(500, "failed"),
				ScriptedService.DONE)) {
			assertThat(client(service).post()
				.attributes(IdempotentRequest.randomKey())
				.bodyValue("order")
				.retrieve()
				.bodyToMono(String.class)
				.retry(1)
				.block()).isEqualTo("done");
			assertThat(service.keys()).hasSize(2).allMatch(service.keys().get(0)::equals);
		}
	}

	@Test
	void aBodyThatIsAStreamIsSentAgain() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.answer(503, "later"), ScriptedService.DONE)) {
			client(service).post()
				.attributes(IdempotentRequest.key("k"))
				.body(Flux.just("or", "der"), String.class)
				.retrieve()
				.bodyToMono(String.class)
				.block();
			assertThat(service.received()).hasSize(3)
				.allSatisfy((received) -> assertThat(received.body()).isEqualTo("order"));
		}
	}

	@Test
	void anAnswerLargerThanTheMemoryOfCodecsCanStillBeStreamed() throws Exception {
		String large = "x".repeat(400_000);
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(200, large))) {
			Integer length = client(service).post()
				.attributes(IdempotentRequest.key("k"))
				.exchangeToMono((
						answer) -> answer.bodyToFlux(byte[].class).map((bytes) -> bytes.length).reduce(0, Integer::sum))
				.block();
			assertThat(length).isEqualTo(large.getBytes(StandardCharsets.UTF_8).length);
		}
	}

	@Test
	void anAnswerWithoutABodyIsEmpty() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(200, ""))) {
			assertThat(client(service).post()
				.attributes(IdempotentRequest.key("k"))
				.retrieve()
				.toBodilessEntity()
				.blockOptional())
				.hasValueSatisfying((answer) -> assertThat(answer.getStatusCode().value()).isEqualTo(200));
			assertThat(client(service).post()
				.attributes(IdempotentRequest.key("k"))
				.retrieve()
				.bodyToMono(String.class)
				.blockOptional()).isEmpty();
		}
	}

	@Test
	void aCallerWhoHasGoneTakesTheAttemptAlong() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(503, ""), ScriptedService.SILENCE)) {
			Disposable call = client(service).post()
				.attributes(IdempotentRequest.key("k"))
				.retrieve()
				.bodyToMono(String.class)
				.subscribe();
			await().until(() -> service.received().size() == 2);
			call.dispose();
			await().until(() -> service.abandoned() == 1);
			assertThat(service.connections()).isEqualTo(2);
		}
	}

}
