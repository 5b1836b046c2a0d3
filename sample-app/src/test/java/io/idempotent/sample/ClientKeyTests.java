package io.idempotent.sample;

import java.util.Objects;
import java.util.UUID;

import io.idempotent.sample.SampleApplicationTests.Answer;
import io.idempotent.sample.chain.Receipt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests with a key of the client, over a real port and with the database in a file.
 *
 * @see PostgresClientKeyTests
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.data-dir=./target/test-data/${random.uuid}")
@AutoConfigureRestTestClient
class ClientKeyTests {

	private static final JsonMapper JSON = new JsonMapper();

	private final String key = UUID.randomUUID().toString();

	/** What the test is about: nobody else writes it. */
	private final String subject = UUID.randomUUID().toString();

	@Autowired
	private RestTestClient client;

	@Autowired
	private JdbcClient jdbc;

	@ParameterizedTest
	@EnumSource
	void aFirstRequestRuns(Write write) {
		Answer first = send(write, "alice", this.key, write.body(this.subject));
		assertThat(first.status()).as(first.body()).isEqualTo(write.status);
		assertThat(first.isReplayed()).isFalse();
		assertThat(effects(write)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void aRetryGetsTheSameAnswerAndSaysSo(Write write) {
		Answer first = send(write, "alice", this.key, write.body(this.subject));
		Answer retry = send(write, "alice", this.key, write.body(this.subject));
		assertThat(retry.isReplayed()).isTrue();
		assertSameAnswer(retry, first);
		assertThat(effects(write)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void aQuotedKeyIsTheSameKey(Write write) {
		Answer first = send(write, "alice", this.key, write.body(this.subject));
		Answer retry = send(write, "alice", '"' + this.key + '"', write.body(this.subject));
		assertThat(retry.isReplayed()).isTrue();
		assertSameAnswer(retry, first);
	}

	@ParameterizedTest
	@EnumSource
	void anotherPayloadWithTheSameKeyIsRefused(Write write) {
		send(write, "alice", this.key, write.body(this.subject));
		send(write, "alice", this.key, write.otherBody(this.subject)).assertProblem(422, "idempotency:key-reused",
				false);
		assertThat(effects(write)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void aRequestWithoutAKeyIsRefused(Write write) {
		long records = records();
		send(write, "alice", null, write.body(this.subject)).assertProblem(400, "idempotency:key-missing", false);
		assertThat(effects(write)).isZero();
		assertThat(records()).isEqualTo(records);
	}

	@ParameterizedTest
	@EnumSource
	void aMalformedKeyIsRefused(Write write) {
		send(write, "alice", "a b", write.body(this.subject)).assertProblem(400, "idempotency:key-invalid", false);
		assertThat(effects(write)).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void usersWithTheSameKeyGetTheirOwnAnswers(Write write) {
		Answer alice = send(write, "alice", this.key, write.body(this.subject));
		Answer bob = send(write, "bob", this.key, write.body(this.subject));
		assertThat(bob.status()).isEqualTo(write.status);
		assertThat(bob.isReplayed()).isFalse();
		assertThat(bob.body()).isNotEqualTo(alice.body());
		assertSameAnswer(send(write, "alice", this.key, write.body(this.subject)), alice);
		assertSameAnswer(send(write, "bob", this.key, write.body(this.subject)), bob);
		assertThat(effects(write)).isEqualTo(2);
	}

	@ParameterizedTest
	@EnumSource
	void aRequestOfNobodyReservesNothing(Write write) {
		long records = records();
		assertThat(send(write, null, this.key, write.body(this.subject)).status()).isEqualTo(401);
		assertThat(send(write, "mallory", this.key, write.body(this.subject)).status()).isEqualTo(401);
		assertThat(effects(write)).isZero();
		assertThat(records()).isEqualTo(records);
		assertThat(send(write, "alice", this.key, write.body(this.subject)).isReplayed()).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void theStateIsForUsers(Write write) {
		assertThat(exchange(HttpMethod.GET, write.state, null, null, null).status()).isEqualTo(401);
	}

	@ParameterizedTest
	@EnumSource
	void aMalformedBodyLeavesTheKeyFree(Write write) {
		for (String body : new String[] { "", "{", "[]", "{}" }) {
			Answer answer = send(write, "alice", this.key, body);
			assertThat(answer.status()).as(body).isEqualTo(400);
			assertThat(answer.headers().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
		}
		assertThat(send(write, "alice", this.key, write.body(this.subject)).status()).isEqualTo(write.status);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"to\": \"a b\", \"amount\": 5}", "{\"to\": \"a\", \"amount\": 0}",
			"{\"to\": \"a\", \"amount\": 1000001}", "{\"to\": \"a\"}", "{\"to\": \"a\", \"amount\": 5.5}" })
	void aRewardOutOfBoundsIsRefused(String body) {
		assertThat(send(Write.REWARD, "alice", this.key, body).status()).isEqualTo(400);
		assertThat(received("a")).isEmpty();
	}

	@Test
	void aDeploymentIsWhereTheAnswerSaysAndForItsOwnerOnly() {
		Answer first = send(Write.DEPLOYMENT, "alice", this.key, Write.DEPLOYMENT.body(this.subject));
		String location = first.headers().getFirst(HttpHeaders.LOCATION);
		assertThat(location).isEqualTo("/deployments/" + JSON.readTree(first.body()).get("id").asLong());
		assertThat(exchange(HttpMethod.GET, location, "alice", null, null).body()).isEqualTo(first.body());
		assertThat(exchange(HttpMethod.GET, location, "bob", null, null).status()).isEqualTo(404);
		assertThat(exchange(HttpMethod.GET, "/deployments", "bob", null, null).body()).doesNotContain(this.subject);
	}

	@Test
	void aSecondVoteIsRefusedAndTheRefusalIsFinal() {
		String again = UUID.randomUUID().toString();
		send(Write.VOTE, "alice", this.key, Write.VOTE.body(this.subject));
		Answer refused = send(Write.VOTE, "alice", again, Write.VOTE.otherBody(this.subject));
		Answer retry = send(Write.VOTE, "alice", again, Write.VOTE.otherBody(this.subject));
		refused.assertProblem(409, "vote:already-voted", false);
		assertThat(refused.isReplayed()).isFalse();
		assertThat(retry.isReplayed()).isTrue();
		assertSameAnswer(retry, refused);
		assertThat(effects(Write.VOTE)).isEqualTo(1);
	}

	@Test
	void aRetriedVoteGetsTheTallyOfThen() {
		Answer first = send(Write.VOTE, "alice", this.key, Write.VOTE.body(this.subject));
		send(Write.VOTE, "bob", this.key, Write.VOTE.body(this.subject));
		assertSameAnswer(send(Write.VOTE, "alice", this.key, Write.VOTE.body(this.subject)), first);
		assertThat(JSON.readTree(first.body()).at("/votes/yes").asInt()).isEqualTo(1);
	}

	@Test
	void aRewardThatDidNotReachTheChainIsMintedByTheRetry() {
		theChainIs("fail");
		send(Write.REWARD, "alice", this.key, Write.REWARD.body(this.subject)).assertProblem(503, "chain:unavailable",
				true);
		assertThat(received(this.subject)).isEmpty();
		Answer retry = send(Write.REWARD, "alice", this.key, Write.REWARD.body(this.subject));
		assertThat(retry.isReplayed()).isFalse();
		assertThat(received(this.subject)).containsExactly(retry.receipt());
		assertThat(effects(Write.REWARD)).isEqualTo(1);
	}

	@Test
	void aRewardThatTheChainAcceptedBeforeATimeoutIsNotMintedAgain() {
		theChainIs("timeout-after-accepting");
		send(Write.REWARD, "alice", this.key, Write.REWARD.body(this.subject)).assertProblem(504, "chain:timeout",
				true);
		Answer retry = send(Write.REWARD, "alice", this.key, Write.REWARD.body(this.subject));
		assertThat(retry.isReplayed()).isTrue();
		assertThat(received(this.subject)).containsExactly(retry.receipt());
		assertSameAnswer(send(Write.REWARD, "alice", this.key, Write.REWARD.body(this.subject)), retry);
		assertThat(effects(Write.REWARD)).isEqualTo(1);
	}

	@Test
	void anAnswerThatIsFoundOutLooksLikeOneOfTheHandler() {
		Answer first = send(Write.REWARD, "alice", this.key, Write.REWARD.body(this.subject));
		theChainIs("timeout-after-accepting");
		String later = UUID.randomUUID().toString();
		send(Write.REWARD, "alice", later, Write.REWARD.body(this.subject));
		Answer found = send(Write.REWARD, "alice", later, Write.REWARD.body(this.subject));
		assertThat(found.headers().getContentType()).isEqualTo(first.headers().getContentType());
		assertThat(JSON.readTree(found.body()).propertyNames())
			.containsExactlyElementsOf(JSON.readTree(first.body()).propertyNames());
	}

	private static void assertSameAnswer(Answer actual, Answer expected) {
		assertThat(actual.status()).isEqualTo(expected.status());
		assertThat(actual.body()).isEqualTo(expected.body());
		for (String header : new String[] { HttpHeaders.LOCATION, HttpHeaders.CONTENT_TYPE }) {
			assertThat(actual.headers().get(header)).isEqualTo(expected.headers().get(header));
		}
	}

	/** How often the subject was written, by whomever. */
	private int effects(Write write) {
		int effects = 0;
		String[] users = (write == Write.DEPLOYMENT) ? new String[] { "alice", "bob" } : new String[] { "alice" };
		for (String user : users) {
			for (JsonNode element : JSON.readTree(exchange(HttpMethod.GET, write.state, user, null, null).body())) {
				if (element.at(write.subject).asString().equals(this.subject)) {
					effects += (write == Write.VOTE)
							? element.get("votes").valueStream().mapToInt(JsonNode::asInt).sum() : 1;
				}
			}
		}
		if (write == Write.REWARD) {
			assertThat(received(this.subject)).hasSize(effects);
		}
		return effects;
	}

	private long records() {
		return this.jdbc.sql("SELECT COUNT(*) FROM idempotency_record").query(Long.class).single();
	}

	private Receipt[] received(String recipient) {
		String body = exchange(HttpMethod.GET, "/chain/received?workflowId=reward:" + recipient, null, null, null)
			.body();
		return JSON.treeToValue(JSON.readTree(body).get("calls"), Receipt[].class);
	}

	private void theChainIs(String mode) {
		assertThat(exchange(HttpMethod.PUT, "/chain/behaviour", null, null, "{\"mode\": \"" + mode + "\"}").status())
			.isEqualTo(204);
	}

	private Answer send(Write write, @Nullable String user, @Nullable String key, String body) {
		return exchange(HttpMethod.POST, write.path, user, key, body);
	}

	/** The password of a user is the name. */
	private Answer exchange(HttpMethod method, String path, @Nullable String user, @Nullable String key,
			@Nullable String body) {
		RestTestClient.RequestBodySpec request = this.client.method(method).uri(path).headers((headers) -> {
			if (user != null) {
				headers.setBasicAuth(user, user);
			}
			if (key != null) {
				headers.set("Idempotency-Key", key);
			}
		});
		if (body != null) {
			request.contentType(MediaType.APPLICATION_JSON).body(body);
		}
		EntityExchangeResult<String> result = request.exchange().expectBody(String.class).returnResult();
		return new Answer(result.getStatus().value(), result.getResponseHeaders(),
				Objects.requireNonNullElse(result.getResponseBody(), ""));
	}

}
