package io.idempotent.web;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.idempotent.client.ClientSettings;
import io.idempotent.client.IdempotencyClientInterceptor;
import io.idempotent.client.IdempotencyExchangeFilter;
import io.idempotent.client.IdempotentRequest;
import io.idempotent.database.LossyProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Our own clients in front of our own handlers.
 */
class HandlerClientTests {

	private static final int ORDERS = 50;

	private static final ClientSettings SETTINGS = ClientSettings.builder()
		.everyWrite()
		.delay(Duration.ofMillis(10))
		.maxDelay(Duration.ofMillis(100))
		.jitter(Duration.ofMillis(5))
		.deadline(Duration.ofMinutes(1))
		.build();

	private static RestClient restClient(int port) {
		JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory();
		factory.setReadTimeout(Duration.ofSeconds(20));
		return RestClient.builder()
			.baseUrl("http://127.0.0.1:" + port)
			.requestFactory(factory)
			.requestInterceptor(new IdempotencyClientInterceptor(SETTINGS))
			.defaultHeaders((headers) -> headers.setBasicAuth("alice", "password"))
			.build();
	}

	private static WebClient webClient(int port) {
		return WebClient.builder()
			.baseUrl("http://127.0.0.1:" + port)
			.filter(new IdempotencyExchangeFilter(SETTINGS))
			.defaultHeaders((headers) -> headers.setBasicAuth("alice", "password"))
			.build();
	}

	private static int port(WebNode node) {
		return Integer.parseInt(node.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "RestClient", "WebClient" })
	void everyOrderIsPlacedOnceOverANetworkThatLosesRequestsAndAnswers(String client) throws Exception {
		try (WebNode node = WebNode.start(); LossyProxy proxy = new LossyProxy(port(node), 6)) {
			proxy.startCutting();
			Set<Integer> ids = client.equals("RestClient") ? placeBlocking(restClient(proxy.port()))
					: placeReactive(webClient(proxy.port()));
			assertThat(ids).hasSize(ORDERS);
			assertThat(node.handlers.runs("create")).isEqualTo(ORDERS);
			assertThat(proxy.lostReplies()).isPositive();
		}
	}

	private static Set<Integer> placeBlocking(RestClient client) {
		Set<Integer> ids = new HashSet<>();
		for (int i = 0; i < ORDERS; i++) {
			ids.add(client.post()
				.uri("/orders")
				.contentType(MediaType.APPLICATION_JSON)
				.body(WebNode.ORDER)
				.retrieve()
				.requiredBody(Placed.class)
				.id());
		}
		return ids;
	}

	private static Set<Integer> placeReactive(WebClient client) {
		List<Integer> ids = Flux.range(0, ORDERS)
			.flatMap((i) -> client.post()
				.uri("/orders")
				.contentType(MediaType.APPLICATION_JSON)
				.bodyValue(WebNode.ORDER)
				.retrieve()
				.bodyToMono(Placed.class)
				.map(Placed::id), 4)
			.collectList()
			.block();
		return (ids != null) ? new HashSet<>(ids) : Set.of();
	}

	@Test
	void aCallThatIsInProgressElsewhereGetsItsAnswerOnceThereIsOne() throws Exception {
		CountDownLatch refused = new CountDownLatch(1);
		ExecutorService threads = Executors.newCachedThreadPool();
		try (WebNode node = WebNode.start()) {
			RestClient client = restClient(port(node));
			Future<ResponseEntity<String>> first = threads.submit(() -> slow(client));
			node.handlers.awaitEntered();
			Future<ResponseEntity<String>> second = threads
				.submit(() -> slow(client.mutate().requestInterceptor((request, body, execution) -> {
					var answer = execution.execute(request, body);
					if (answer.getStatusCode().isSameCodeAs(HttpStatus.CONFLICT)) {
						refused.countDown();
					}
					return answer;
				}).build()));
			assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();
			node.handlers.open();
			assertThat(second.get(20, TimeUnit.SECONDS).getBody()).isEqualTo(first.get().getBody());
			assertThat(IdempotentRequest.isReplayed(first.get().getHeaders())).isFalse();
			assertThat(IdempotentRequest.isReplayed(second.get().getHeaders())).isTrue();
			assertThat(node.handlers.runs("slow")).isEqualTo(1);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static ResponseEntity<String> slow(RestClient client) {
		return client.post()
			.uri("/slow")
			.contentType(MediaType.APPLICATION_JSON)
			.attributes(IdempotentRequest.key("k"))
			.retrieve()
			.toEntity(String.class);
	}

	record Placed(int id) {

	}

}
