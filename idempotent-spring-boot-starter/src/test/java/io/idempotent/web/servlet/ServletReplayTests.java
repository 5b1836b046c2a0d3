package io.idempotent.web.servlet;

import java.util.UUID;

import io.idempotent.web.TestClient;
import io.idempotent.web.TestClient.Answer;
import io.idempotent.web.WebNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ways of answering that only servlets have, over a real port.
 */
class ServletReplayTests {

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@BeforeAll
	static void start() {
		node = WebNode.start();
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	@ParameterizedTest
	@CsvSource({ "/writer, writer, true", "/async/callable, callable, true", "/async/deferred, deferred, true",
			"/async/future, future, true", "/async/failing, failing, false", "/send-error, error, false" })
	void whateverWayAnAnswerIsMadeItIsReplayed(String path, String handler, boolean ownBody) {
		TestClient.Request request = node.post(path).key(this.key).body("\u00fcber");
		Answer first = request.send();
		Answer retry = request.send();
		assertThat(node.handlers.runs(handler)).isEqualTo(1);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.status()).isEqualTo(first.status());
		assertThat(retry.header("Content-Type")).isEqualTo(first.header("Content-Type"));
		if (ownBody) {
			assertThat(retry.response().body()).isEqualTo(first.response().body());
		}
	}

	@Test
	void anAsynchronousRequestThatTimesOutHasAnUnknownOutcome() {
		TestClient.Request request = node.post("/async/never").key(this.key);
		assertThat(request.send().status()).isEqualTo(503);
		assertThat(request.send().body()).contains("outcome-unknown");
		assertThat(node.handlers.runs("never")).isEqualTo(1);
	}

	@Test
	void anAnswerOfWhichNobodyKnowsWhenItIsWholeIsSentAndNotRunAgain() {
		Answer first = node.post("/async/raw").key(this.key).send();
		assertThat(first.body()).isEqualTo("first second");
		assertThat(node.post("/async/raw").key(this.key).send().status()).isEqualTo(409);
		assertThat(node.handlers.runs("raw async")).isEqualTo(1);
	}

	@Test
	void aStreamThatIsNotDeclaredAsOneIsSentAndNotRunAgain() {
		assertThat(node.post("/async/events").key(this.key).send().body()).isEqualTo("data:one\n\n");
		Answer retry = node.post("/async/events").key(this.key).send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).contains("result-unavailable");
		assertThat(node.handlers.runs("events")).isEqualTo(1);
	}

	@Test
	void aLaterResultOfWhichNoAnswerCanBeMadeIsNotRunAgain() {
		TestClient.Request request = node.post("/async/unwritable").key(this.key);
		assertThat(request.send().status()).isEqualTo(500);
		assertThat(request.send().body()).contains("\"code\":\"result-unavailable\"");
		assertThat(node.handlers.runs("unwritable later")).isEqualTo(1);
	}

	@Test
	void whatAHandlerHadWrittenBeforeItFailedIsNoPartOfTheAnswer() {
		try (WebNode rendering = WebNode.start("spring.mvc.problemdetails.enabled=true")) {
			Answer first = rendering.post("/writer/failing").key(this.key).send();
			assertThat(first.status()).isEqualTo(409);
			assertThat(first.body()).contains("run 1").doesNotContain("half of an answer");
			Answer retry = rendering.post("/writer/failing").key(this.key).send();
			assertThat(retry.isReplayed()).isTrue();
			assertThat(retry.body()).isEqualTo(first.body());
		}
	}

}
