package io.idempotent.web;

import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencySettlement;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.database.TestDatabase;
import io.idempotent.test.FlakyDataSource;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What clients are told when the database is away, or an owner stalls.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class HandlerTroubleTests {

	private final String key = UUID.randomUUID().toString();

	@Parameter
	private WebStack stack;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Address database = TestDatabase.H2.createEmpty();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	private static FlakyDataSource connection(WebNode node) {
		return node.context.getBean(FlakyDataSource.class);
	}

	@Test
	void whileTheDatabaseIsAwayNothingRunsAndTheClientMayRetry() {
		try (WebNode node = new WebNode(this.stack, this.database, FlakyDatabase.class)) {
			connection(node).setDown(true);
			Answer refused = node.post("/orders").key(this.key).body(TestClient.ORDER).send();
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.body()).contains("\"code\":\"store-unavailable\"", "\"retryable\":true");
			assertThat(refused.header("Retry-After").orElseThrow()).matches("[1-9]\\d*");
			assertThat(node.handlers.runs("create")).isZero();
			connection(node).setDown(false);
			assertThat(node.post("/orders").key(this.key).body(TestClient.ORDER).send().status()).isEqualTo(201);
		}
	}

	@Test
	void anAnswerThatCannotBeRecordedIsSentAndRecordedLater() throws Exception {
		try (WebNode node = new WebNode(this.stack, this.database, FlakyDatabase.class)) {
			Future<Answer> first = this.threads.submit(() -> node.post("/slow").key(this.key).send());
			node.handlers.awaitEntered();
			connection(node).setDown(true);
			node.handlers.open();
			assertThat(first.get(20, TimeUnit.SECONDS).body()).isEqualTo("run 1");
			connection(node).setDown(false);
			await().until(() -> node.post("/slow").key(this.key).send().isReplayed());
			assertThat(node.handlers.runs("slow")).isOne();
		}
	}

	@Test
	void anOwnerThatWasTakenOverIsToldSoAndItsAnswerIsNotSent() throws Exception {
		try (WebNode node = new WebNode(this.stack, this.database, FlakyDatabase.class, "idempotent.lease=500ms");
				WebNode other = new WebNode(this.stack, this.database, "idempotent.on-abandoned=retry")) {
			Future<Answer> first = this.threads.submit(() -> node.post("/slow").key(this.key).send());
			node.handlers.awaitEntered();
			connection(node).setDown(true);
			other.handlers.open();
			await().until(() -> other.post("/slow").key(this.key).send().status() == 200);
			connection(node).setDown(false);
			node.handlers.open();
			Answer stale = first.get(20, TimeUnit.SECONDS);
			assertThat(stale.status()).isEqualTo(409);
			assertThat(stale.header("Content-Type")).hasValue("application/problem+json");
			assertThat(stale.body()).contains("\"code\":\"ownership-lost\"").doesNotContain("run 1");
		}
	}

	@Test
	void anOperatorSettlesAnUnknownOutcomeAsAnAnswer() {
		try (WebNode node = new WebNode(this.stack, this.database)) {
			node.post("/timeout").key(this.key).send();
			IdempotencySettlement settlement = node.context.getBean(IdempotencySettlement.class);
			var abandoned = settlement.findAbandoned(10).get(0);
			settlement.settleCompleted(abandoned,
					RecordedResponse.of(HttpStatus.OK, new HttpHeaders(), new byte[] { 'o', 'k' }));
			Answer retry = node.post("/timeout").key(this.key).send();
			assertThat(retry.isReplayed()).isTrue();
			assertThat(retry.body()).isEqualTo("ok");
		}
	}

	@Test
	void anOutcomeThatIsSettledWithoutAnAnswerIsNotAvailable() {
		try (WebNode node = new WebNode(this.stack, this.database)) {
			node.post("/timeout").key(this.key).send();
			IdempotencySettlement settlement = node.context.getBean(IdempotencySettlement.class);
			var abandoned = settlement.findAbandoned(10).get(0);
			settlement.settleCompleted(abandoned, null);
			Answer retry = node.post("/timeout").key(this.key).send();
			assertThat(retry.status()).isEqualTo(409);
			assertThat(retry.body()).contains("result-unavailable");
		}
	}

}
