package io.idempotent.web;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.idempotent.web.TestClient.Answer;
import io.idempotent.web.TestClient.Request;
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
 * Which requests are the same, and which are refused, over a real port.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class HandlerRequestTests {

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@Parameter
	WebStack stack;

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = WebNode.start(stack, "idempotent.web.max-body-size=1KB");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	private static void assertProblem(Answer answer, int status, String code, boolean retryable) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
		assertThat(answer.header("Cache-Control")).hasValue("no-store");
		assertThat(answer.body()).contains("\"type\":\"urn:problem-type:idempotency:" + code + "\"",
				"\"code\":\"" + code + "\"", "\"status\":" + status, "\"retryable\":" + retryable, "\"detail\":\"",
				"\"title\":\"", "\"instance\":\"");
	}

	@Test
	void withoutAKeyNothingRuns() {
		int before = node.handlers.runs("create");
		assertProblem(node.post("/orders").body(TestClient.ORDER).send(), 400, "key-missing", false);
		assertThat(node.handlers.runs("create")).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\"\"", "\" \"", "\"\";a=1" })
	void anEmptyKeyIsNone(String empty) {
		int before = node.handlers.runs("create");
		assertProblem(node.post("/orders").key(empty).body(TestClient.ORDER).send(), 400, "key-missing", false);
		assertThat(node.handlers.runs("create")).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a,b", "\"a", "\"a\\x\"", "\"a\" b", "a b", "\"a\";a=\"x", "\"a\";a=1, \"b\"" })
	void aMalformedKeyIsRefused(String malformed) {
		int before = node.handlers.runs("create");
		assertProblem(node.post("/orders").key(malformed).body(TestClient.ORDER).send(), 400, "key-invalid", false);
		assertThat(node.handlers.runs("create")).isEqualTo(before);
	}

	@Test
	void aKeyThatIsTooLongOrComesTwiceIsRefused() {
		assertProblem(node.post("/orders").key("k".repeat(256)).body(TestClient.ORDER).send(), 400, "key-invalid",
				false);
		assertProblem(node.post("/orders").key("k".repeat(1_025)).body(TestClient.ORDER).send(), 400, "key-invalid",
				false);
		assertProblem(node.post("/orders").key("a").key("b").body(TestClient.ORDER).send(), 400, "key-invalid", false);
	}

	@Test
	void theBareAndTheQuotedFormAreOneKey() {
		Answer first = node.post("/orders").key(this.key).body(TestClient.ORDER).send();
		assertThat(node.post("/orders").key('"' + this.key + '"').body(TestClient.ORDER).send().body())
			.isEqualTo(first.body());
		assertThat(node.post("/orders").key('"' + this.key + "\";a=1").body(TestClient.ORDER).send().isReplayed())
			.isTrue();
	}

	@Test
	void keysDifferInCase() {
		node.post("/orders").key("a" + this.key).body(TestClient.ORDER).send();
		assertThat(node.post("/orders").key("A" + this.key).body(TestClient.ORDER).send().isReplayed()).isFalse();
	}

	@Test
	void aHandlerThatIsNotAnnotatedIgnoresTheKey() {
		Request request = node.post("/plain").key(this.key).body(TestClient.ORDER);
		assertThat(request.send().status()).isEqualTo(200);
		Answer second = request.send();
		assertThat(second.isReplayed()).isFalse();
		assertThat(node.handlers.runs("plain")).isEqualTo(2);
	}

	@Test
	void otherOperationsAreIndependent() {
		node.post("/orders").key(this.key).body(TestClient.ORDER).send();
		assertThat(node.post("/validated").key(this.key).body(TestClient.ORDER).send().isReplayed()).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "{\"amount\":2,  \"item\":\"book\"}|true", "{\"item\":\"book\",\"amount\":2.0}|true",
					"{\"item\":\"book\",\"amount\":3}|false", "{\"item\":\"book\"}|false",
					"{\"item\":\"book\",\"amount\":2,\"note\":null}|false" })
	void jsonCountsAsWhatItSays(String body, boolean same) {
		node.post("/orders").key(this.key).body(TestClient.ORDER).send();
		Answer answer = node.post("/orders").key(this.key).body(body).send();
		if (same) {
			assertThat(answer.isReplayed()).isTrue();
		}
		else {
			assertProblem(answer, 422, "key-reused", false);
		}
	}

	@Test
	void anotherPathIsAnotherRequest() {
		node.request("PUT", "/orders/1/pay").key(this.key).send();
		assertProblem(node.request("PUT", "/orders/2/pay").key(this.key).send(), 422, "key-reused", false);
	}

	@Test
	void anotherQueryIsAnotherRequestButNotAnotherOrderOfIt() {
		node.post("/status/200?a=1&b=2").key(this.key).send();
		assertThat(node.post("/status/200?b=2&a=1").key(this.key).send().isReplayed()).isTrue();
		assertProblem(node.post("/status/200?a=1&b=3").key(this.key).send(), 422, "key-reused", false);
	}

	@Test
	void formsCountByTheirParametersAndReachTheHandler() {
		String type = "application/x-www-form-urlencoded";
		Request request = node.post("/form").key(this.key);
		Answer first = request.body(type, "name=n&tag=a&tag=b".getBytes(StandardCharsets.UTF_8)).send();
		assertThat(first.body()).isEqualTo("n [a, b] 1");
		assertThat(request.body(type, "tag=a&tag=b&name=n".getBytes(StandardCharsets.UTF_8)).send().isReplayed())
			.isTrue();
		assertProblem(request.body(type, "tag=b&tag=a&name=n".getBytes(StandardCharsets.UTF_8)).send(), 422,
				"key-reused", false);
	}

	@Test
	void multipartCountsByItsPartsWhateverTheBoundary() {
		Request request = node.post("/upload").key(this.key);
		Answer first = request.body("multipart/form-data; boundary=one", parts("one", "content")).send();
		assertThat(first.body()).isEqualTo("t content 1");
		Answer retry = request.body("multipart/form-data; boundary=two", parts("two", "content")).send();
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.body()).isEqualTo(first.body());
		assertProblem(request.body("multipart/form-data; boundary=two", parts("two", "other")).send(), 422,
				"key-reused", false);
	}

	private static byte[] parts(String boundary, String content) {
		return """
				--%1$s
				Content-Disposition: form-data; name="title"

				t
				--%1$s
				Content-Disposition: form-data; name="file"; filename="f.txt"
				Content-Type: text/plain

				%2$s
				--%1$s--
				""".formatted(boundary, content).replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
	}

	@Test
	void aBodyThatIsTooLargeIsRefusedAndReservesNothing() {
		String large = "{\"item\": \"" + "x".repeat(1_100) + "\", \"amount\": 2}";
		assertProblem(node.post("/orders").key(this.key).body(large).send(), 413, "body-too-large", false);
		assertThat(node.post("/orders").key(this.key).body(TestClient.ORDER).send().status()).isEqualTo(201);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"item\": \"\", \"amount\": 2}", "{", "[]", "" })
	void aRequestThatDoesNotReachTheHandlerReservesNothing(String invalid) {
		int before = node.handlers.runs("validated");
		Answer first = node.post("/validated").key(this.key).body(invalid).send();
		assertThat(first.status()).isEqualTo(400);
		Answer corrected = node.post("/validated").key(this.key).body(TestClient.ORDER).send();
		assertThat(corrected.status()).isEqualTo(200);
		assertThat(corrected.isReplayed()).isFalse();
		assertThat(node.handlers.runs("validated")).isEqualTo(before + 1);
	}

	@Test
	void anUnsupportedMediaTypeReservesNothing() {
		assertThat(node.post("/orders").key(this.key).body("text/csv", new byte[] { 'a' }).send().status())
			.isEqualTo(415);
		assertThat(node.post("/orders").key(this.key).body(TestClient.ORDER).send().status()).isEqualTo(201);
	}

}
