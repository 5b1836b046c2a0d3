package io.idempotent.client;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import io.idempotent.IdempotencyContext;
import io.idempotent.client.Caller.Request;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.invoker.HttpExchangeAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Interfaces whose methods are requests.
 */
class HttpServiceInterfaceTests {

	private static final IdempotencyContext CONTEXT = new IdempotencyContext("", "order.place", "17", 1, 1);

	private static Orders orders(String client, ScriptedService service) {
		ClientSettings settings = Request.fast().build();
		HttpExchangeAdapter adapter = client.equals("RestClient") ? RestClientAdapter.create(RestClient.builder()
			.baseUrl(service.url())
			.requestFactory(Caller.jdk(Duration.ofSeconds(20)))
			.requestInterceptor(new IdempotencyClientInterceptor(settings))
			.build()) : WebClientAdapter.create(
					WebClient.builder().baseUrl(service.url()).filter(new IdempotencyExchangeFilter(settings)).build());
		return HttpServiceProxyFactory.builderFor(adapter).build().createClient(Orders.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "RestClient", "WebClient" })
	void parametersGiveTheKey(String client) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.DONE)) {
			Orders orders = orders(client, service);
			assertThat(orders.place(new UUID(1, 2), "book")).isEqualTo("done");
			CONTEXT.call(() -> orders.charge("stripe", "book"));
			orders.placeWithHeader("mine", "book");
			List<String> first = List.of(new UUID(1, 2).toString());
			assertThat(service.keys()).containsExactly(first, first, List.of(CONTEXT.keyFor("stripe")),
					List.of("mine"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "RestClient", "WebClient" })
	void aMethodWithoutIsSentOnce(String client) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING)) {
			assertThatThrownBy(() -> orders(client, service).placeUnsafely("book"));
			assertThat(service.keys()).containsExactly(List.of());
			assertThat(service.connections()).isEqualTo(1);
		}
	}

	interface Orders {

		@PostExchange("/orders")
		String place(@RequestAttribute(IdempotentRequest.KEY) UUID key, @RequestBody String order);

		@PostExchange("/charges")
		String charge(@RequestAttribute(IdempotentRequest.KEY_FOR) String name, @RequestBody String order);

		@PostExchange("/orders")
		String placeWithHeader(@RequestHeader("Idempotency-Key") String key, @RequestBody String order);

		@PostExchange("/orders")
		String placeUnsafely(@RequestBody String order);

	}

}
