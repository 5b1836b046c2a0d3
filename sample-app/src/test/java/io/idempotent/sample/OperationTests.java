package io.idempotent.sample;

import java.util.List;
import java.util.Objects;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The operations that clients run by name, over a real port and with the database in a
 * file.
 *
 * @see PostgresOperationTests
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.data-dir=./target/test-data/${random.uuid}")
@AutoConfigureRestTestClient
class OperationTests {

	private static final JsonMapper JSON = new JsonMapper();

	private final String key = UUID.randomUUID().toString();

	/** What the test is about: nobody else writes it. */
	private final String subject = UUID.randomUUID().toString();

	@Autowired
	private RestTestClient client;

	@ParameterizedTest
	@EnumSource
	void aFirstRequestRuns(Operation operation) {
		Answer first = execute("alice", this.key, operation.request(this.subject));
		assertThat(first.status()).as(first.body()).isEqualTo(200);
		assertThat(first.isReplayed()).isFalse();
		assertThat(JSON.readTree(first.body()).path("status").asString()).isEqualTo("completed");
		assertThat(JSON.readTree(first.body()).path("result").toString()).contains(this.subject);
		assertThat(effects(operation)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void aRetryGetsTheSameBytesAndSaysSo(Operation operation) {
		Answer first = execute("alice", this.key, operation.request(this.subject));
		Answer retry = execute("alice", this.key, operation.request(this.subject));
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.body()).isEqualTo(first.body());
		assertThat(effects(operation)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void aPayloadThatIsNotValidIsRefusedAndTheKeyStaysFree(Operation operation) {
		Answer refused = execute("alice", this.key, operation.invalidRequest(this.subject));
		refused.assertError(400, "VALIDATION_FAILED");
		assertThat(refused.body()).contains(operation.invalidField);
		assertThat(effects(operation)).isZero();
		assertThat(execute("alice", this.key, operation.request(this.subject)).status()).isEqualTo(200);
		assertThat(effects(operation)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void aRequestOfNobodyIsRefused(Operation operation) {
		assertThat(execute(null, this.key, operation.request(this.subject)).status()).isEqualTo(401);
		assertThat(effects(operation)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "USER, PAYMENT", "PAYMENT, EMAIL", "EMAIL, USER" })
	void anotherOperationWithTheSameKeyIsRefused(Operation operation, Operation other) {
		execute("alice", this.key, operation.request(this.subject));
		execute("alice", this.key, other.request(this.subject)).assertError(422, "IDEMPOTENCY_KEY_REUSED");
		assertThat(effects(other)).isZero();
	}

	@Test
	void anAddressBelongsToOneUserAndTheRefusalIsFinal() {
		String again = UUID.randomUUID().toString();
		execute("alice", this.key, Operation.USER.request(this.subject));
		Answer refused = execute("alice", again, Operation.USER.request(this.subject));
		refused.assertError(409, "USER_EXISTS");
		assertThat(refused.isReplayed()).isFalse();
		assertReplay(execute("alice", again, Operation.USER.request(this.subject)), refused);
		assertThat(effects(Operation.USER)).isEqualTo(1);
	}

	@Test
	void aDeclinedCardIsNotChargedAndTheRefusalIsFinal() {
		String declined = Operation.PAYMENT.request(this.subject).replace("visa", "declined");
		Answer refused = execute("alice", this.key, declined);
		refused.assertError(402, "CARD_DECLINED");
		assertReplay(execute("alice", this.key, declined), refused);
		execute("alice", this.key, Operation.PAYMENT.request(this.subject)).assertError(422, "IDEMPOTENCY_KEY_REUSED");
		assertThat(effects(Operation.PAYMENT)).isZero();
	}

	@Test
	void anEmailToNobodyIsNotSentAndTheRefusalIsFinal() {
		String toNobody = Operation.EMAIL.request(this.subject).replace("example.org", "example.invalid");
		Answer refused = execute("alice", this.key, toNobody);
		refused.assertError(422, "RECIPIENT_UNKNOWN");
		assertReplay(execute("alice", this.key, toNobody), refused);
		assertThat(effects(Operation.EMAIL)).isZero();
	}

	private static void assertReplay(Answer retry, Answer first) {
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.status()).isEqualTo(first.status());
		assertThat(retry.body()).isEqualTo(first.body());
	}

	/** How often the subject was written. */
	private long effects(Operation operation) {
		String body = this.client.get()
			.uri(operation.state.formatted(this.subject))
			.headers((headers) -> headers.setBasicAuth("alice", "alice"))
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
		return JSON.readTree(body).valueStream().filter((element) -> element.toString().contains(this.subject)).count();
	}

	/** The password of a user is the name. */
	private Answer execute(@Nullable String user, String key, String body) {
		EntityExchangeResult<String> result = this.client.post().uri("/v1/idempotency/execute").headers((headers) -> {
			if (user != null) {
				headers.setBasicAuth(user, user);
			}
		})
			.header("Idempotency-Key", key)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.expectBody(String.class)
			.returnResult();
		return new Answer(result.getStatus().value(), result.getResponseHeaders(),
				Objects.requireNonNullElse(result.getResponseBody(), ""));
	}

	/** An operation, and where its effects are to be seen. */
	enum Operation {

		USER("user.create", "{\"name\": \"Carol\", \"email\": \"%s@example.org\"}", "@", "email", "/users"),

		PAYMENT("payment.charge", "{\"customer\": \"%s\", \"order\": \"1\", \"amount\": 100, \"card\": \"visa\"}",
				"100", "amount", "/payments?customer=%s"),

		EMAIL("email.send", "{\"to\": \"%s@example.org\", \"subject\": \"Hello\", \"text\": \"first\"}", "@", "to",
				"/emails");

		private final String operation;

		private final String payload;

		private final String part;

		final String invalidField;

		final String state;

		Operation(String operation, String payload, String part, String invalidField, String state) {
			this.operation = operation;
			this.payload = payload;
			this.part = part;
			this.invalidField = invalidField;
			this.state = state;
		}

		String request(String subject) {
			return "{\"operation\": \"%s\", \"payload\": %s}".formatted(this.operation,
					this.payload.formatted(subject));
		}

		String invalidRequest(String subject) {
			return request(subject).replace(this.part, this.part.equals("@") ? "" : "0");
		}

	}

	record Answer(int status, HttpHeaders headers, String body) {

		boolean isReplayed() {
			return List.of("true").equals(this.headers.get("Idempotent-Replayed"));
		}

		void assertError(int status, String code) {
			assertThat(this.status).as(this.body).isEqualTo(status);
			JsonNode error = JSON.readTree(this.body).path("error");
			assertThat(error.path("code").asString()).isEqualTo(code);
			assertThat(error.path("message").asString()).isNotBlank();
		}

	}

}
