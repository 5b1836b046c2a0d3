package io.idempotent.web;

import java.util.UUID;

import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What handlers answer, and what a retry gets, over a real port.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class HandlerReplayTests {

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@Parameter
	WebStack stack;

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = WebNode.start(stack, "idempotent.max-result-size=20KB");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	/** A retry that gets the same bytes, and the handler does not run. */
	private static Answer assertReplayed(TestClient.Request request, Answer first, String handler, int runs) {
		Answer retry = request.send();
		assertThat(first.isReplayed()).isFalse();
		assertThat(retry.isReplayed()).as(retry.status() + retry.body()).isTrue();
		assertThat(retry.status()).isEqualTo(first.status());
		assertThat(retry.response().body()).isEqualTo(first.response().body());
		assertThat(retry.header("Content-Type")).isEqualTo(first.header("Content-Type"));
		assertThat(retry.header("Cache-Control")).hasValue("no-store");
		assertThat(node.handlers.runs(handler)).isEqualTo(runs);
		return retry;
	}

	@Test
	void statusHeadersAndBytesAreReplayed() {
		TestClient.Request request = node.post("/orders").key(this.key).body(TestClient.ORDER);
		Answer first = request.send();
		assertThat(first.status()).isEqualTo(201);
		Answer retry = assertReplayed(request, first, "create", node.handlers.runs("create"));
		assertThat(retry.header("Location")).isEqualTo(first.header("Location")).isPresent();
		assertThat(retry.headers("X-Order")).containsExactly("a", "b");
		assertThat(first.header("Set-Cookie")).isPresent();
		assertThat(retry.header("Set-Cookie")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "POST, /raw, raw", "POST, /redirect, redirect", "DELETE, /orders/7, delete", "PUT, /orders/7/pay, pay",
			"POST, /async/mono, mono", "POST, /declined, declined" })
	void whateverWayAnAnswerIsMadeItIsReplayed(String method, String path, String handler) {
		TestClient.Request request = node.request(method, path).key(this.key).body("\u00fcber");
		Answer first = request.send();
		Answer retry = request.send();
		assertThat(node.handlers.runs(handler)).isEqualTo(1);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.status()).isEqualTo(first.status());
		assertThat(retry.header("Location")).isEqualTo(first.header("Location"));
		assertThat(retry.header("Content-Type")).isEqualTo(first.header("Content-Type"));
		assertThat(retry.response().body()).isEqualTo(first.response().body());
	}

	@ParameterizedTest
	@ValueSource(ints = { 200, 202, 400, 402, 404, 409, 410, 422 })
	void aFinalStatusIsReplayed(int status) {
		TestClient.Request request = node.post("/status/" + status).key(this.key);
		Answer first = request.send();
		assertThat(first.status()).isEqualTo(status);
		assertReplayed(request, first, "status", node.handlers.runs("status"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 408, 425, 429, 500, 502, 503 })
	void afterAStatusThatIsNotFinalTheRetryRuns(int status) {
		int before = node.handlers.runs("status");
		TestClient.Request request = node.post("/status/" + status).key(this.key);
		assertThat(request.send().status()).isEqualTo(status);
		Answer retry = request.send();
		assertThat(retry.isReplayed()).isFalse();
		assertThat(node.handlers.runs("status")).isEqualTo(before + 2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 404, 409, 422 })
	void aThrownStatusIsReplayedAlthoughTheContainerMakesItsBody(int status) {
		int before = node.handlers.runs("thrown");
		TestClient.Request request = node.post("/thrown/" + status).key(this.key);
		Answer first = request.send();
		Answer retry = request.send();
		assertThat(first.status()).isEqualTo(status);
		assertThat(retry.status()).isEqualTo(status);
		assertThat(first.body()).contains("\"status\":" + status);
		assertThat(retry.body()).contains("\"status\":" + status);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(node.handlers.runs("thrown")).isEqualTo(before + 1);
	}

	@Test
	void afterAnExceptionTheRetryRuns() {
		TestClient.Request request = node.post("/boom").key(this.key);
		assertThat(request.send().status()).isEqualTo(500);
		assertThat(request.send().status()).isEqualTo(500);
		assertThat(node.handlers.runs("boom")).isEqualTo(2);
	}

	@Test
	void afterAnExceptionThatLeavesItOpenTheOutcomeIsUnknown() {
		TestClient.Request request = node.post("/timeout").key(this.key);
		assertThat(request.send().status()).isEqualTo(500);
		Answer retry = request.send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).contains("\"code\":\"outcome-unknown\"", "\"retryable\":false");
		assertThat(node.handlers.runs("timeout")).isEqualTo(1);
	}

	@Test
	void afterAGatewayTimeoutTheOutcomeIsUnknown() {
		TestClient.Request request = node.post("/status/504").key(this.key);
		assertThat(request.send().status()).isEqualTo(504);
		assertThat(request.send().body()).contains("outcome-unknown");
	}

	@Test
	void anAnswerThatIsTooLargeIsSentAndNotRunAgain() {
		TestClient.Request request = node.post("/large").key(this.key);
		Answer first = request.send();
		assertThat(first.status()).isEqualTo(200);
		assertThat(first.body()).hasSize(20_001);
		Answer retry = request.send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).contains("\"code\":\"result-unavailable\"");
		assertThat(retry.isReplayed()).isFalse();
		assertThat(node.handlers.runs("large")).isEqualTo(1);
	}

	@Test
	void aResultOfWhichNoAnswerCanBeMadeIsNotRunAgain() {
		TestClient.Request request = node.post("/unwritable").key(this.key);
		assertThat(request.send().status()).isEqualTo(500);
		Answer retry = request.send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).contains("\"code\":\"result-unavailable\"");
		assertThat(retry.isReplayed()).isFalse();
		assertThat(node.handlers.runs("unwritable")).isEqualTo(1);
	}

	@Test
	void aHandlerThatIsRetriedRunsAgainUnderTheSameClaim() {
		TestClient.Request request = node.post("/retried").key(this.key);
		Answer first = request.send();
		assertThat(first.status()).isEqualTo(200);
		assertReplayed(request, first, "retried", 2);
	}

	@Test
	void aFailureThatLeavesItOpenIsNeitherRetriedNorForgottenForWhatARetryMakesOfIt() {
		TestClient.Request request = node.post("/retried/timeout").key(this.key);
		assertThat(request.send().status()).isEqualTo(500);
		assertThat(request.send().body()).contains("outcome-unknown");
		assertThat(node.handlers.runs("retried timeout")).isEqualTo(1);
	}

	@Test
	void anOutcomeIsNotUnknownBecauseOfAFailureBeforeTheHandler() {
		assertThat(node.post("/fragile").key(this.key).body("{\"item\": \"broken\"}").send().status())
			.isGreaterThanOrEqualTo(400);
		assertThat(node.post("/fragile").key(this.key).body("{\"item\": \"whole\"}").send().body())
			.isEqualTo("whole 1");
	}

	@Test
	void theHandlerKnowsItsAttempt() {
		TestClient.Request request = node.post("/context").key(this.key);
		assertThat(request.send().body()).startsWith("context 1 ").doesNotEndWith("false");
	}

}
