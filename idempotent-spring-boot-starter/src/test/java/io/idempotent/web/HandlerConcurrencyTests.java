package io.idempotent.web;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that come together, on one node and on two, and after a restart.
 */
@ParameterizedClass
@CsvSource({ "TOMCAT, H2", "TOMCAT, POSTGRESQL", "NETTY, H2", "NETTY, POSTGRESQL" })
class HandlerConcurrencyTests {

	private final String key = UUID.randomUUID().toString();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Address database;

	private final WebStack stack;

	HandlerConcurrencyTests(WebStack stack, TestDatabase database) {
		this.stack = stack;
		this.database = database.createEmpty();
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void aDuplicateIsToldThatTheFirstIsInProgressOnEachNode() throws Exception {
		try (WebNode one = new WebNode(this.stack, this.database);
				WebNode two = new WebNode(this.stack, this.database)) {
			Future<Answer> first = this.threads.submit(() -> one.post("/slow").key(this.key).body("{}").send());
			one.handlers.awaitEntered();
			for (WebNode node : List.of(one, two)) {
				Answer duplicate = node.post("/slow").key(this.key).body("{}").send();
				assertThat(duplicate.status()).isEqualTo(409);
				assertThat(duplicate.body()).contains("\"code\":\"in-progress\"", "\"retryable\":true");
				assertThat(duplicate.header("Retry-After").orElseThrow()).matches("[1-9]\\d*");
				Answer other = node.post("/slow").key(this.key).body("{\"other\":1}").send();
				assertThat(other.status()).isEqualTo(422);
			}
			one.handlers.open();
			assertThat(first.get(20, TimeUnit.SECONDS).body()).isEqualTo("run 1");
			Answer replay = two.post("/slow").key(this.key).body("{}").send();
			assertThat(replay.isReplayed()).isTrue();
			assertThat(replay.body()).isEqualTo("run 1");
			assertThat(two.handlers.runs("slow")).isZero();
		}
	}

	@Test
	void aDuplicateThatMayWaitGetsTheAnswerOfTheFirstOnEachNode() throws Exception {
		try (WebNode one = new WebNode(this.stack, this.database);
				WebNode two = new WebNode(this.stack, this.database)) {
			Future<Answer> first = this.threads.submit(() -> one.post("/slow-wait").key(this.key).send());
			one.handlers.awaitEntered();
			List<Future<Answer>> duplicates = new ArrayList<>();
			for (WebNode node : List.of(one, two, one, two)) {
				duplicates.add(this.threads.submit(() -> node.post("/slow-wait").key(this.key).send()));
			}
			one.handlers.open();
			String body = first.get(20, TimeUnit.SECONDS).body();
			for (Future<Answer> duplicate : duplicates) {
				Answer answer = duplicate.get(20, TimeUnit.SECONDS);
				assertThat(answer.isReplayed()).as(answer.body()).isTrue();
				assertThat(answer.body()).isEqualTo(body);
			}
			assertThat(one.handlers.runs("slow-wait") + two.handlers.runs("slow-wait")).isOne();
		}
	}

	@Test
	void ofTwoHundredRequestsOneRunsAndTheOthersAreReplayedOrToldSo() throws Exception {
		try (WebNode one = new WebNode(this.stack, this.database);
				WebNode two = new WebNode(this.stack, this.database)) {
			CountDownLatch go = new CountDownLatch(1);
			List<Future<Answer>> all = new ArrayList<>();
			for (int i = 0; i < 200; i++) {
				WebNode node = (i % 2 == 0) ? one : two;
				all.add(this.threads.submit(() -> {
					go.await();
					return node.post("/orders").key(this.key).body(TestClient.ORDER).send();
				}));
			}
			go.countDown();
			int executed = 0;
			String body = null;
			for (Future<Answer> each : all) {
				Answer answer = each.get(60, TimeUnit.SECONDS);
				if (answer.status() == 409) {
					assertThat(answer.body()).contains("in-progress");
					continue;
				}
				assertThat(answer.status()).as(answer.body()).isEqualTo(201);
				executed += answer.isReplayed() ? 0 : 1;
				body = (body != null) ? body : answer.body();
				assertThat(answer.body()).isEqualTo(body);
			}
			assertThat(executed).isOne();
			assertThat(one.handlers.runs("create") + two.handlers.runs("create")).isOne();
		}
	}

	@Test
	void aRetryAfterARestartIsReplayed() {
		Answer first;
		try (WebNode node = new WebNode(this.stack, this.database)) {
			first = node.post("/orders").key(this.key).body(TestClient.ORDER).send();
		}
		try (WebNode node = new WebNode(this.stack, this.database)) {
			Answer retry = node.post("/orders").key(this.key).body(TestClient.ORDER).send();
			assertThat(retry.isReplayed()).isTrue();
			assertThat(retry.response().body()).isEqualTo(first.response().body());
			assertThat(retry.header("Location")).isEqualTo(first.header("Location"));
			assertThat(node.handlers.runs("create")).isZero();
		}
	}

}
