package io.idempotent.web.reactive;

import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.ClientWatch;
import io.idempotent.web.TestClient;
import io.idempotent.web.TestClient.Answer;
import io.idempotent.web.WebNode;
import io.idempotent.web.WebStack;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Ways of answering that only WebFlux has, over a real port.
 */
class ReactiveReplayTests {

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@BeforeAll
	static void start() {
		node = new WebNode(WebStack.NETTY, TestDatabase.H2.createEmpty(), ClientWatch.class,
				"idempotent.max-result-size=20KB");
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	@ParameterizedTest
	@CsvSource({ "/flux, flux, 200", "/empty, empty, 200", "/flux/failing, failing flux, 409" })
	void whateverWayAnAnswerIsMadeItIsReplayed(String path, String handler, int status) {
		TestClient.Request request = node.post(path).key(this.key);
		Answer first = request.send();
		Answer retry = request.send();
		assertThat(first.status()).as(first.body()).isEqualTo(status);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.status()).isEqualTo(status);
		assertThat(retry.header("Content-Type")).isEqualTo(first.header("Content-Type"));
		assertThat(retry.response().body()).isEqualTo(first.response().body());
		assertThat(node.handlers.runs(handler)).isEqualTo(1);
	}

	@Test
	void anAnswerToAFailureIsReplayedByteByByte() {
		TestClient.Request request = node.post("/thrown/404").key(this.key);
		Answer first = request.send();
		Answer retry = request.send();
		assertThat(first.status()).isEqualTo(404);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.response().body()).isEqualTo(first.response().body());
	}

	@Test
	void aStreamThatAClientAsksForIsSentAndNotRunAgain() {
		TestClient.Request request = node.post("/flux").header("Accept", "text/event-stream").key(this.key);
		int before = node.handlers.runs("flux");
		assertThat(request.send().body()).startsWith("data:");
		Answer retry = request.send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).contains("result-unavailable");
		assertThat(node.handlers.runs("flux")).isEqualTo(before + 1);
	}

	@Test
	void anAnswerInPiecesThatIsTooLargeIsSentWholeAndNotRunAgain() {
		TestClient.Request request = node.post("/large/pieces").key(this.key);
		assertThat(request.send().body()).hasSize(100_000).containsOnlyOnce("x".repeat(100_000));
		assertThat(request.send().body()).contains("result-unavailable");
		assertThat(node.handlers.runs("large pieces")).isOne();
	}

	@Test
	void aHandlerThatIsCancelledBecauseWhatItGaveCannotBeWrittenHasAnUnknownOutcome() {
		TestClient.Request request = node.post("/flux/unwritable").key(this.key);
		assertThat(request.send().status()).isEqualTo(500);
		Answer retry = request.send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).containsAnyOf("outcome-unknown", "result-unavailable");
		assertThat(node.handlers.runs("unwritable flux")).isOne();
	}

	@Test
	void aHandlerThatIsRefusedARightIsAnsweredBySpringSecurityAndRunsAgain() {
		TestClient.Request request = node.post("/inner/denied").key(this.key);
		assertThat(request.send().status()).isEqualTo(403);
		Answer retry = request.send();
		assertThat(retry.status()).isEqualTo(403);
		assertThat(retry.isReplayed()).isFalse();
		assertThat(node.handlers.runs("inner denied")).isEqualTo(2);
	}

	@Test
	void aFailureOfTheHandlerIsItsOwnAlsoIfItLooksLikeOneOfWriting() {
		TestClient.Request request = node.post("/decoding").key(this.key);
		assertThat(request.send().status()).isEqualTo(500);
		// not that it has returned: an answer that the handler got was not understood
		assertThat(request.send().body()).contains("outcome-unknown");
		assertThat(node.handlers.runs("decoding")).isOne();
	}

	@Test
	void aClientThatGoesEndsNothingAndGetsTheAnswerWhenItComesBack() throws Exception {
		CompletableFuture<HttpResponse<byte[]>> first = node.post("/slow").key(this.key).start();
		node.handlers.awaitEntered();
		first.cancel(true);
		assertThat(node.context.getBean("cancelled", CountDownLatch.class).await(20, TimeUnit.SECONDS)).isTrue();
		assertThat(node.post("/slow").key(this.key).send().body()).contains("in-progress");
		node.handlers.open();
		await().until(() -> node.post("/slow").key(this.key).send().isReplayed());
		assertThat(node.post("/slow").key(this.key).send().body()).isEqualTo("run 1");
		assertThat(node.handlers.runs("slow")).isOne();
	}

}
