package io.idempotent.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.idempotent.client.Caller.Request;
import io.idempotent.client.ScriptedService.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The typed client of the execute API, against scripted answers.
 */
class IdempotencyClientTests {

	private static final Step COMPLETED = ScriptedService.answer(200,
			"{\"status\":\"completed\",\"result\":{\"id\":7,\"more\":1},\"unknown\":true}");

	private static final Step PROCESSING = ScriptedService.answer(202, "{\"status\":\"processing\"}", "Retry-After: 0");

	private static IdempotencyClient client(ScriptedService service, ClientSettings.Builder settings) {
		return new IdempotencyClient(rest(service), IdempotencyClient.DEFAULT_PATH, settings.build());
	}

	private static RestClient rest(ScriptedService service) {
		return RestClient.builder().baseUrl(service.url()).requestFactory(Caller.jdk(Duration.ofSeconds(20))).build();
	}

	private static ExecuteResult<Order> place(ScriptedService service, ClientSettings.Builder settings) {
		return client(service, settings).execute("order.place", "k1", Map.of("item", "book"), Order.class);
	}

	private static ExecuteResult<Order> place(ScriptedService service) {
		return place(service, Request.fast());
	}

	@Test
	void aCompletedOperationGivesItsResult() throws Exception {
		try (ScriptedService service = new ScriptedService(COMPLETED)) {
			assertThat(place(service)).isEqualTo(new ExecuteResult<>(new Order(7), false));
			assertThat(service.received()).singleElement().satisfies((received) -> {
				assertThat(received.method()).isEqualTo("POST");
				assertThat(received.path()).isEqualTo("/v1/idempotency/execute");
				assertThat(received.body())
					.isEqualTo("{\"operation\":\"order.place\",\"payload\":{\"item\":\"book\"}}");
				assertThat(received.headers().getFirst("Content-Type")).isEqualTo("application/json");
				assertThat(received.headers().get("Idempotency-Key")).containsExactly("k1");
			});
		}
	}

	@Test
	void aReplayIsTold() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(200,
				"{\"status\":\"completed\",\"result\":{\"id\":7}}", "Idempotent-Replayed: true"))) {
			assertThat(place(service)).isEqualTo(new ExecuteResult<>(new Order(7), true));
		}
	}

	@Test
	void resultsMayBeGenericOrNotMatter() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(200,
				"{\"status\":\"completed\",\"result\":{\"all\":[{\"id\":1},{\"id\":2}]}}"))) {
			IdempotencyClient client = new IdempotencyClient(rest(service));
			assertThat(
					client.execute("order.list", "k", null, new ParameterizedTypeReference<Map<String, List<Order>>>() {
					}).value())
				.isEqualTo(Map.of("all", List.of(new Order(1), new Order(2))));
			assertThat(client.execute("order.list", "k", null, Void.class).value()).isNull();
		}
	}

	@Test
	void whatIsProcessingIsAskedForWithTheSameRequestUntilItHasCompleted() throws Exception {
		try (ScriptedService service = new ScriptedService(PROCESSING, ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.answer(202, "{\"status\":\"processing\"}"), ScriptedService.CUT_WHILE_ANSWERING,
				ScriptedService.answer(503, "{\"error\":{\"code\":\"STORE_UNAVAILABLE\",\"message\":\"m\"}}"),
				COMPLETED)) {
			assertThat(place(service).value()).isEqualTo(new Order(7));
			assertThat(service.keys()).hasSize(6).allMatch(List.of("k1")::equals);
			assertThat(service.received()).extracting(ScriptedService.Received::body)
				.allMatch(service.received().get(0).body()::equals);
		}
	}

	@Test
	void whatIsStillProcessingAtTheDeadlineIsNeitherASuccessNorAnError() throws Exception {
		try (ScriptedService service = new ScriptedService(PROCESSING,
				ScriptedService.answer(202, "{\"status\":\"processing\"}", "Retry-After: 40"))) {
			assertThatExceptionOfType(StillProcessingException.class).isThrownBy(() -> place(service))
				.withMessageContaining("'order.place'")
				.withMessageNotContaining("k1")
				.satisfies((ex) -> assertThat(ex.retryAfter()).isEqualTo(Duration.ofSeconds(40)));
			assertThat(service.connections()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@CsvSource({ "400,IDEMPOTENCY_KEY_MISSING", "400,IDEMPOTENCY_KEY_INVALID", "400,INVALID_REQUEST",
			"404,UNKNOWN_OPERATION", "422,IDEMPOTENCY_KEY_REUSED", "422,VALIDATION_FAILED", "500,OPERATION_FAILED" })
	void anErrorIsThrownWithItsCodeAndNotRetried(int status, String code) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(status,
				"{\"error\":{\"code\":\"%s\",\"message\":\"because\"}}".formatted(code)))) {
			assertThatExceptionOfType(ExecuteException.class).isThrownBy(() -> place(service))
				.withMessage("Operation 'order.place': the service answered %d %s: because", status, code)
				.satisfies((ex) -> {
					assertThat(ex.status().value()).isEqualTo(status);
					assertThat(ex.code()).isEqualTo(code);
				});
			assertThat(service.connections()).isEqualTo(1);
		}
	}

	@Test
	void anErrorThatIsStillThereAtTheDeadlineIsThrown() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(503,
				"{\"error\":{\"code\":\"STORE_UNAVAILABLE\",\"message\":\"m\"}}", "Retry-After: 60"))) {
			assertThatExceptionOfType(ExecuteException.class).isThrownBy(() -> place(service))
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("STORE_UNAVAILABLE"));
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			502 | <html>proxy</html>
			500 | {"detail":"a problem"}
			500 | {not json
			404 | ``
			200 | {"state":"fine"}
			204 | ``
			""")
	void theAnswerOfSomebodyElseIsAnErrorWithoutACode(int status, String body) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(status, body))) {
			assertThatExceptionOfType(ExecuteException.class).isThrownBy(() -> place(service)).satisfies((ex) -> {
				assertThat(ex.status().value()).isEqualTo(status);
				assertThat(ex.code()).isNull();
			});
		}
	}

	@Test
	void aResultOfAnotherTypeIsAnException() throws Exception {
		try (ScriptedService service = new ScriptedService(
				ScriptedService.answer(200, "{\"status\":\"completed\",\"result\":{\"id\":\"seven\"}}"))) {
			assertThatExceptionOfType(RestClientException.class).isThrownBy(() -> place(service));
		}
	}

	@Test
	void aServiceThatNeverAnswersIsAnExceptionAtTheDeadline() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING)) {
			assertThatExceptionOfType(ResourceAccessException.class)
				.isThrownBy(() -> place(service, Request.fast().deadline(Duration.ofMillis(200))));
			assertThat(service.keys()).hasSizeGreaterThan(1).allMatch(List.of("k1")::equals);
		}
	}

	@Test
	void aClientThatRetriesAlreadyDoesNotRetryTwice() throws Exception {
		try (ScriptedService service = new ScriptedService(PROCESSING, COMPLETED)) {
			RestClient retrying = rest(service).mutate()
				.requestInterceptor(new IdempotencyClientInterceptor(ClientSettings.builder().everyWrite().build()))
				.build();
			new IdempotencyClient(retrying, "/run", Request.fast().header("X-Key").build()).execute("order.place", "k1",
					null, Order.class);
			assertThat(service.received()).hasSize(2).allSatisfy((received) -> {
				assertThat(received.path()).isEqualTo("/run");
				assertThat(received.headers().get("X-Key")).containsExactly("k1");
				assertThat(received.headers().containsHeader("Idempotency-Key")).isFalse();
			});
		}
	}

	@Test
	void aBlankKeyIsRefused() throws Exception {
		try (ScriptedService service = new ScriptedService(COMPLETED)) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client(service, Request.fast()).execute("order.place", " ", null, Order.class));
			assertThat(service.connections()).isZero();
		}
	}

	record Order(int id) {

	}

}
