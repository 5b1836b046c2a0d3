package io.idempotent.web;

import java.util.UUID;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Filters of a WebFlux application, between ours and the handler, that cancel what they
 * have begun, over a real port.
 */
class ReactiveFilterTests {

	private final String key = UUID.randomUUID().toString();

	private static WebNode start(String... properties) {
		return new WebNode(WebStack.NETTY, TestDatabase.H2.createEmpty(), TroubleFilters.class, properties);
	}

	private TestClient.Request troubled(WebNode node, String path, String trouble) {
		return node.post(path).header(TroubleFilters.HEADER, trouble).key(this.key);
	}

	@Test
	void aHandlerThatHasReturnedIsNotUnknownBecauseOfACancelAfterwards() {
		try (WebNode node = start("idempotent.on-abandoned=retry")) {
			assertThat(troubled(node, "/async/mono", "time out after").send().status()).isEqualTo(500);
			assertThat(node.post("/async/mono").key(this.key).send().body()).contains("result-unavailable");
			assertThat(node.handlers.runs("mono")).isOne();
		}
	}

	@Test
	void aRequestToTryAgainIsNoAnswerOfAHandlerThatHasReturned() {
		try (WebNode node = start()) {
			assertThat(troubled(node, "/async/mono", "limit after").send().status()).isEqualTo(429);
			Answer retry = node.post("/async/mono").key(this.key).send();
			assertThat(retry.status()).isEqualTo(409);
			assertThat(retry.body()).contains("result-unavailable");
			assertThat(node.handlers.runs("mono")).isOne();
		}
	}

	@Test
	void aHandlerThatIsCancelledHasAnUnknownOutcomeWhateverIsAnsweredInItsPlace() {
		try (WebNode node = start()) {
			assertThat(troubled(node, "/slow", "answer in its place").send().status()).isEqualTo(202);
			Answer retry = node.post("/slow").key(this.key).send();
			assertThat(retry.status()).isEqualTo(409);
			assertThat(retry.body()).contains("outcome-unknown");
		}
	}

	@Test
	void aDuplicateThatIsCancelledWhileItWaitsNeverOwnsTheRecord() throws Exception {
		try (WebNode node = start()) {
			var first = node.post("/slow-failing").key(this.key).start();
			node.handlers.awaitEntered();
			assertThat(troubled(node, "/slow-failing", "time out").send().status()).isEqualTo(500);
			node.handlers.open();
			assertThat(first.get().statusCode()).isEqualTo(500);
			Answer third = node.post("/slow-failing").key(this.key).send();
			assertThat(third.body()).isEqualTo("run 2");
		}
	}

}
