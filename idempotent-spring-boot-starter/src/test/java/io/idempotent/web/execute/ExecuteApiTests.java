package io.idempotent.web.execute;

import java.util.UUID;

import io.idempotent.web.TestClient;
import io.idempotent.web.TestClient.Answer;
import io.idempotent.web.WebStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each answer of the execute API, over a real port, on Tomcat and on Netty.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
@ExtendWith(OutputCaptureExtension.class)
class ExecuteApiTests {

	private static final String ORDER = "{\"item\": \"book\", \"amount\": 2}";

	private static ExecuteApiNode node;

	private final String key = UUID.randomUUID().toString();

	@Parameter
	private WebStack stack;

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = ExecuteApiNode.start(stack, "idempotent.web.max-body-size=10KB");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	private Answer execute(String operation, String payload) {
		return node.execute(operation, payload).key(this.key).send();
	}

	private static void assertError(Answer answer, int status, String code) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(status);
		assertThat(answer.body()).startsWith("{\"error\":{\"code\":\"%s\",\"message\":\"".formatted(code))
			.endsWith("\"}}");
		assertThat(answer.header("Content-Type")).hasValue("application/json");
		assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
		assertThat(answer.isReplayed()).isFalse();
	}

	@Test
	void whatIsExecutedIsAnsweredWithItsResult() {
		int before = node.operations.runs("order");
		Answer answer = execute("order", ORDER);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo(
				"{\"status\":\"completed\",\"result\":{\"run\":%d,\"item\":\"book\",\"amount\":2,\"remark\":null}}"
					.formatted(before + 1));
		assertThat(answer.header("Content-Type")).hasValue("application/json");
		assertThat(answer.header("Idempotent-Replayed")).isEmpty();
	}

	@Test
	void aRetryGetsTheSameBytesAndNothingRuns() {
		Answer first = execute("order", ORDER);
		int runs = node.operations.runs("order");
		Answer retry = execute("order", ORDER);
		assertThat(retry.status()).isEqualTo(200);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.response().body()).isEqualTo(first.response().body());
		assertThat(retry.header("Content-Type")).isEqualTo(first.header("Content-Type"));
		assertThat(retry.header("Cache-Control").orElse("")).contains("no-store");
		assertThat(node.operations.runs("order")).isEqualTo(runs);
	}

	@Test
	void anOperationMayHaveNoResult() {
		assertThat(execute("nothing", "{}").body()).isEqualTo("{\"status\":\"completed\",\"result\":null}");
		assertThat(execute("nothing", "{}").isReplayed()).isTrue();
	}

	@Test
	void anOperationKnowsItsAttemptAndRunsOnAThreadThatMayBlock() {
		Answer answer = execute("context", "{}");
		assertThat(answer.status()).isEqualTo(200);
		assertThat(node.operations.seen).containsEntry("operation", "idempotency.execute")
			.containsEntry("key", this.key)
			.containsEntry("attempt", 1L);
		assertThat(node.operations.seen.get("thread").toString())
			.startsWith((this.stack == WebStack.TOMCAT) ? "http-nio-" : "idempotent-execute-");
	}

	@Test
	void withoutAKeyNothingRuns() {
		Answer answer = node.execute("order", ORDER).send();
		assertError(answer, 400, "IDEMPOTENCY_KEY_MISSING");
		assertThat(answer.body()).contains("Idempotency-Key");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\"\"", " " })
	void anEmptyKeyIsNone(String empty) {
		assertError(node.execute("order", ORDER).key(empty).send(), 400, "IDEMPOTENCY_KEY_MISSING");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a,b", "\"open", "key with blanks", "\"a\";b=\"c" })
	void aMalformedKeyIsRefused(String malformed) {
		assertError(node.execute("order", ORDER).key(malformed).send(), 400, "IDEMPOTENCY_KEY_INVALID");
	}

	@Test
	void twoKeysOrOneThatIsTooLongAreRefusedWithoutBeingRepeated() {
		assertError(node.execute("order", ORDER).key(this.key).key("another").send(), 400, "IDEMPOTENCY_KEY_INVALID");
		Answer tooLong = node.execute("order", ORDER).key("k".repeat(256)).send();
		assertError(tooLong, 400, "IDEMPOTENCY_KEY_INVALID");
		assertThat(tooLong.body()).doesNotContain("kkkk");
	}

	@Test
	void theKeyIsLookedAtBeforeTheBody() {
		assertError(node.execute("{").send(), 400, "IDEMPOTENCY_KEY_MISSING");
		assertError(node.execute("x".repeat(20_000)).send(), 400, "IDEMPOTENCY_KEY_MISSING");
		assertError(node.execute("{").key("a,b").send(), 400, "IDEMPOTENCY_KEY_INVALID");
	}

	@Test
	void quotedAndBareFormsOfAKeyAreOne() {
		execute("order", ORDER);
		assertThat(node.execute("order", ORDER).key('"' + this.key + '"').send().isReplayed()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "null", "\"order\"", "{}", "{\"payload\":{}}", "{\"operation\":\"\"}",
			"{\"operation\":\"  \"}", "{\"operation\":null}", "{\"operation\":1}", "{\"operation\":{}}",
			"{\"operation\":\"order\",\"payload\":[]}", "{\"operation\":\"order\",\"payload\":\"x\"}",
			"{\"operation\":\"order\",\"payload\":1}", "{\"operation\":\"order\",\"payload\":false}",
			"{\"operation\":\"order\"} x", "{\"operation\":\"order\"}{}",
			"{\"operation\":\"order\",\"operation\":\"echo\"}",
			"{\"operation\":\"order\",\"payload\":{\"item\":\"a\",\"item\":\"b\"}}",
			"{\"operation\":\"order\",\"payloda\":{}}" })
	void aBodyOfAnotherShapeIsRefusedAndReservesNothing(String body) {
		assertError(node.execute(body).key(this.key).send(), 400, "INVALID_REQUEST");
		assertThat(execute("order", ORDER).status()).isEqualTo(200);
	}

	@Test
	void aPayloadThatIsTooDeepIsRefused() {
		assertError(execute("echo", "{\"a\":".repeat(600) + "1" + "}".repeat(600)), 400, "INVALID_REQUEST");
		assertError(execute("echo", "{\"a\":".repeat(490) + "1" + "}".repeat(490)), 400, "INVALID_REQUEST");
	}

	@Test
	void anUnknownOperationIsRefusedAndReservesNothing() {
		assertError(execute("no.such.operation", "{}"), 404, "UNKNOWN_OPERATION");
		assertThat(execute("order", ORDER).isReplayed()).isFalse();
	}

	@Test
	void aKeyBelongsToOneOperationAndOnePayload() {
		execute("order", ORDER);
		Answer other = execute("echo", ORDER);
		assertError(other, 422, "IDEMPOTENCY_KEY_REUSED");
		assertThat(other.body()).doesNotContain(this.key);
		assertError(execute("order", "{\"item\": \"book\", \"amount\": 3}"), 422, "IDEMPOTENCY_KEY_REUSED");
		assertError(execute("order", "{\"item\": \"book\", \"amount\": 2, \"address\": null}"), 422,
				"IDEMPOTENCY_KEY_REUSED");
	}

	@Test
	void theOrderOfMembersAndTheWritingOfNumbersDoNotMatter() {
		Answer first = execute("echo", "{\"a\": {\"x\": 1.10, \"y\": [1, 2]}, \"b\": \"é\"}");
		Answer retry = node
			.execute("{\"payload\":{\"b\":\"\\u00e9\",\"a\":{\"y\":[1,2],\"x\":1.1}},\"operation\":\"echo\"}")
			.key(this.key)
			.send();
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.body()).isEqualTo(first.body()).contains("é");
	}

	@Test
	void noPayloadIsAnEmptyOne() {
		Answer first = node.execute("{\"operation\":\"echo\"}").key(this.key).send();
		assertThat(first.body()).isEqualTo("{\"status\":\"completed\",\"result\":{}}");
		assertThat(execute("echo", "null").isReplayed()).isTrue();
		assertThat(execute("echo", "{}").isReplayed()).isTrue();
	}

	@Test
	void twoUsersMayUseOneKey() {
		execute("order", ORDER);
		Answer bob = node.execute("order", "{\"item\": \"pen\", \"amount\": 1}").key(this.key).user("bob").send();
		assertThat(bob.status()).isEqualTo(200);
		assertThat(bob.isReplayed()).isFalse();
		assertThat(bob.body()).contains("pen");
	}

	@Test
	void aRequestWithoutAUserIsRefused() {
		Answer answer = node.execute("order", ORDER).key(this.key).user("").send();
		assertError(answer, 400, "IDEMPOTENCY_KEY_INVALID");
		assertThat(answer.body()).contains("no user").doesNotContain("idempotent.web");
	}

	@Test
	void aPayloadThatIsNotValidIsRefusedWithItsFieldsAndNotStored() {
		Answer answer = execute("order", "{\"item\": \" \", \"amount\": 0, \"address\": {\"city\": \"\"}}");
		assertError(answer, 400, "VALIDATION_FAILED");
		assertThat(answer.body())
			.contains("address.city: must not be blank; amount: must be greater than or equal to 1; "
					+ "item: must not be blank");
		assertThat(execute("order", ORDER).status()).isEqualTo(200);
	}

	@Test
	void aPayloadThatCannotBeReadIsNotValid() {
		Answer answer = execute("order", "{\"item\": \"book\", \"amount\": \"many\"}");
		assertError(answer, 400, "VALIDATION_FAILED");
		assertThat(answer.body()).contains("amount: cannot be read").doesNotContain("io.idempotent");
		assertThat(execute("order", ORDER).status()).isEqualTo(200);
	}

	@Test
	void aFailureForGoodIsReplayed() {
		Answer first = execute("rejected", "{\"status\":0}");
		assertError(first, 422, "INSUFFICIENT_FUNDS");
		assertThat(first.body()).contains("There is \\\"nothing\\\" left");
		int runs = node.operations.runs("rejected");
		Answer retry = execute("rejected", "{\"status\":0}");
		assertThat(retry.status()).isEqualTo(422);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.response().body()).isEqualTo(first.response().body());
		assertThat(retry.header("Cache-Control").orElse("")).contains("no-store");
		assertThat(node.operations.runs("rejected")).isEqualTo(runs);
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 404, 409, 410 })
	void aClientErrorOfTheOperationIsReplayed(int status) {
		Answer first = execute("status", "{\"status\":%d}".formatted(status));
		assertError(first, status, "OPERATION_FAILED");
		assertThat(first.body()).contains("run ");
		Answer retry = execute("status", "{\"status\":%d}".formatted(status));
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.body()).isEqualTo(first.body());
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 408, 425, 429 })
	void afterAnAnswerThatSaysLaterOrNotYouTheRetryRuns(int status) {
		for (String operation : new String[] { "declared", "status" }) {
			String own = UUID.randomUUID().toString();
			int runs = node.operations.runs(operation);
			for (int i = 1; i <= 2; i++) {
				Answer answer = node.execute(operation, "{\"status\":%d}".formatted(status)).key(own).send();
				assertError(answer, status, operation.equals("declared") ? "DECLARED" : "OPERATION_FAILED");
			}
			assertThat(node.operations.runs(operation)).isEqualTo(runs + 2);
		}
	}

	@Test
	void aServerErrorOfTheOperationIsAFailureAfterWhichTheRetryRuns() {
		int runs = node.operations.runs("status");
		assertError(execute("status", "{\"status\":503}"), 500, "OPERATION_FAILED");
		assertError(execute("status", "{\"status\":503}"), 500, "OPERATION_FAILED");
		assertThat(node.operations.runs("status")).isEqualTo(runs + 2);
	}

	@Test
	void aFailureSaysNothingToTheClientAndAllToTheLogAndTheRetryRuns(CapturedOutput output) {
		Answer failed = execute("flaky", "{}");
		assertError(failed, 500, "OPERATION_FAILED");
		assertThat(failed.body()).doesNotContain("secret", "IllegalState");
		assertThat(output.getAll()).contains("Operation 'flaky' has failed in attempt 1", "jdbc:secret")
			.contains("key %s***(36)".formatted(this.key.substring(0, 4)))
			.doesNotContain(this.key);
		assertThat(execute("flaky", "{}").body()).contains("run 2");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "timeout", "conflict-after-timeout", "uncertain", "conflict-after-uncertain", "interrupted" })
	void afterAFailureThatLeavesItOpenNothingRuns(String operation) {
		int runs = node.operations.runs(operation);
		assertError(execute(operation, "{}"), 500, "OPERATION_FAILED");
		Answer retry = execute(operation, "{}");
		assertError(retry, 409, "OUTCOME_UNKNOWN");
		assertThat(retry.body()).doesNotContain("Settlement", "onAbandoned", this.key);
		assertThat(node.operations.runs(operation)).isEqualTo(runs + 1);
	}

	@Test
	void aResultThatCannotBeWrittenIsGivenToNobodyAndNotMadeAgain(CapturedOutput output) {
		int runs = node.operations.runs("unwritable");
		assertError(execute("unwritable", "{}"), 409, "RESULT_UNAVAILABLE");
		assertError(execute("unwritable", "{}"), 409, "RESULT_UNAVAILABLE");
		assertThat(node.operations.runs("unwritable")).isEqualTo(runs + 1);
		assertThat(output.getAll()).contains("The result of operation 'unwritable' could not be encoded");
	}

	@Test
	void aResultThatIsTooLargeIsGivenOnce() {
		assertThat(execute("large", "{}").response().body()).hasSizeGreaterThan(2 * 1024 * 1024);
		assertError(execute("large", "{}"), 409, "RESULT_UNAVAILABLE");
		assertThat(node.operations.runs("large")).isOne();
	}

	@Test
	void whatTheOperationCallsMayBeInProgress() {
		Answer busy = execute("inner-busy", "{}");
		assertThat(busy.status()).isEqualTo(202);
		assertThat(busy.header("Retry-After")).hasValue("3");
		assertThat(execute("inner-busy", "{}").body()).contains("run 2");
	}

	@Test
	void thatTheOperationCallsSomethingWithoutAKeyIsNotTheFaultOfTheClient() {
		Answer answer = execute("inner-keyless", "{}");
		assertError(answer, 500, "OPERATION_FAILED");
		assertThat(answer.body()).doesNotContain("key");
	}

	@Test
	void whatTheOperationCallsMayBelongToAnotherPayload() {
		assertThat(node.execute("inner-reused", "{}").key(this.key).send().status()).isEqualTo(200);
		assertError(node.execute("inner-reused", "{}").key(this.key + "2").send(), 422, "IDEMPOTENCY_KEY_REUSED");
		assertThat(node.operations.runs("inner-reused")).isEqualTo(2);
	}

	@Test
	void anAnswerIsNoReplayBecauseTheOperationGotOne() {
		execute("inner-replayed", "{}");
		Answer second = node.execute("inner-replayed", "{}").key(this.key + "2").send();
		assertThat(node.operations.runs("inner-replayed")).isEqualTo(2);
		assertThat(second.status()).isEqualTo(200);
		assertThat(second.header("Idempotent-Replayed")).isEmpty();
		assertThat(node.execute("inner-replayed", "{}").key(this.key + "2").send().isReplayed()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "PUT", "PATCH", "DELETE" })
	void onlyPostIsAllowed(String method) {
		Answer answer = node.execute("order", ORDER).method(method).key(this.key).send();
		assertError(answer, 405, "METHOD_NOT_ALLOWED");
		assertThat(answer.header("Allow")).hasValue("POST");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "text/plain", "application/x-www-form-urlencoded", "application/problem+json", "json" })
	void onlyJsonIsAccepted(String type) {
		assertError(node.execute("order", ORDER).type(type).key(this.key).send(), 415, "UNSUPPORTED_MEDIA_TYPE");
	}

	@Test
	void jsonMayHaveACharset() {
		assertThat(node.execute("order", ORDER).type("application/json;charset=UTF-8").key(this.key).send().status())
			.isEqualTo(200);
	}

	@Test
	void aBodyThatIsTooLargeIsRefusedAndReservesNothing() {
		String large = "{\"text\":\"%s\"}".formatted("x".repeat(10 * 1024));
		assertError(execute("echo", large), 413, "BODY_TOO_LARGE");
		assertThat(execute("order", ORDER).isReplayed()).isFalse();
		String fits = "{\"text\":\"%s\"}".formatted("x".repeat(10 * 1024 - 100));
		assertThat(node.execute("echo", fits).key(this.key + "2").send().status()).isEqualTo(200);
	}

	@Test
	void otherPathsAreNotAnsweredHere() {
		assertThat(node.execute("order", ORDER).path("/v1/idempotency/other").key(this.key).send().status())
			.isEqualTo(404);
	}

	@Test
	void aNumberThatIsHugeCostsNothing() {
		assertThat(execute("echo", "{\"n\": 1e999999999}").status()).isIn(200, 400);
	}

}
