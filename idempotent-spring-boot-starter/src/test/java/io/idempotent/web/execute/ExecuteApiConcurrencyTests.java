package io.idempotent.web.execute;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.web.ClientWatch;
import io.idempotent.web.TestClient;
import io.idempotent.web.TestClient.Answer;
import io.idempotent.web.WebStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Requests to the execute API that come together, on one node and on two, after a
 * restart, and without a client that waits for the answer.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class ExecuteApiConcurrencyTests {

	private static final String ORDER = "{\"item\": \"book\", \"amount\": 2}";

	private final String key = UUID.randomUUID().toString();

	private final Address database = TestDatabase.H2.createEmpty();

	@Parameter
	private WebStack stack;

	@Test
	void aDuplicateIsToldThatTheFirstIsInProgressOnEachNode() throws Exception {
		try (ExecuteApiNode one = new ExecuteApiNode(this.stack, this.database);
				ExecuteApiNode two = new ExecuteApiNode(this.stack, this.database)) {
			CompletableFuture<HttpResponse<byte[]>> first = one.execute("slow", "{}").key(this.key).start();
			one.operations.awaitEntered();
			for (ExecuteApiNode node : List.of(one, two)) {
				Answer duplicate = node.execute("slow", "{}").key(this.key).send();
				assertThat(duplicate.status()).isEqualTo(202);
				assertThat(duplicate.body()).isEqualTo("{\"status\":\"processing\"}");
				assertThat(duplicate.header("Retry-After").orElseThrow()).matches("[1-9]\\d*");
				assertThat(duplicate.header("Content-Type")).hasValue("application/json");
				assertThat(duplicate.isReplayed()).isFalse();
				assertThat(node.execute("slow", "{\"other\":1}").key(this.key).send().status()).isEqualTo(422);
				assertThat(node.execute("echo", "{}").key(this.key).send().status()).isEqualTo(422);
			}
			one.operations.open();
			assertThat(new Answer(first.get(20, TimeUnit.SECONDS)).body()).contains("run 1");
			Answer replay = two.execute("slow", "{}").key(this.key).send();
			assertThat(replay.isReplayed()).isTrue();
			assertThat(replay.response().body()).isEqualTo(first.join().body());
			assertThat(two.operations.runs("slow")).isZero();
		}
	}

	@Test
	void aDuplicateThatMayWaitGetsTheAnswerOfTheFirst() throws Exception {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, this.database, "idempotent.on-in-progress=wait")) {
			CompletableFuture<HttpResponse<byte[]>> first = node.execute("slow", "{}").key(this.key).start();
			node.operations.awaitEntered();
			CompletableFuture<HttpResponse<byte[]>> second = node.execute("slow", "{}").key(this.key).start();
			node.operations.open();
			assertThat(new Answer(second.get(20, TimeUnit.SECONDS)).isReplayed()).isTrue();
			assertThat(second.join().body()).isEqualTo(first.get(20, TimeUnit.SECONDS).body());
		}
	}

	@Test
	void ofAHundredRequestsOneRunsAndTheOthersAreReplayedOrToldSo() throws Exception {
		try (ExecuteApiNode one = new ExecuteApiNode(this.stack, this.database);
				ExecuteApiNode two = new ExecuteApiNode(this.stack, this.database)) {
			List<CompletableFuture<HttpResponse<byte[]>>> all = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				all.add(((i % 2 == 0) ? one : two).execute("order", ORDER).key(this.key).start());
			}
			int executed = 0;
			for (CompletableFuture<HttpResponse<byte[]>> each : all) {
				Answer answer = new Answer(each.get(60, TimeUnit.SECONDS));
				if (answer.status() == 202) {
					assertThat(answer.body()).isEqualTo("{\"status\":\"processing\"}");
					continue;
				}
				assertThat(answer.status()).as(answer.body()).isEqualTo(200);
				executed += answer.isReplayed() ? 0 : 1;
				assertThat(answer.body()).contains("\"run\":1,");
			}
			assertThat(executed).isOne();
			assertThat(one.operations.runs("order") + two.operations.runs("order")).isOne();
		}
	}

	@Test
	void aRetryAfterARestartIsReplayed() {
		Answer first;
		Answer rejected;
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, this.database)) {
			first = node.execute("order", ORDER).key(this.key).send();
			rejected = node.execute("rejected", "{\"status\":0}").key(this.key + "2").send();
		}
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, this.database)) {
			Answer retry = node.execute("order", ORDER).key(this.key).send();
			assertThat(retry.isReplayed()).isTrue();
			assertThat(retry.status()).isEqualTo(200);
			assertThat(retry.response().body()).isEqualTo(first.response().body());
			retry = node.execute("rejected", "{\"status\":0}").key(this.key + "2").send();
			assertThat(retry.isReplayed()).isTrue();
			assertThat(retry.status()).isEqualTo(422);
			assertThat(retry.response().body()).isEqualTo(rejected.response().body());
			assertThat(node.operations.runs("order") + node.operations.runs("rejected")).isZero();
		}
	}

	@Test
	void anOperationWhoseClientHasGoneFinishesAndTheRetryIsReplayed() throws Exception {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, this.database, ClientWatch.class)) {
			String body = "{\"operation\":\"slow\"}";
			try (Socket client = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
				OutputStream request = client.getOutputStream();
				request.write("""
						POST %s HTTP/1.1\r
						Host: localhost\r
						Authorization: Basic YWxpY2U6cGFzc3dvcmQ=\r
						Content-Type: application/json\r
						Idempotency-Key: %s\r
						Content-Length: %d\r
						\r
						%s""".formatted(ExecuteApiNode.PATH, this.key, body.length(), body)
					.getBytes(StandardCharsets.UTF_8));
				request.flush();
				node.operations.awaitEntered();
			}
			if (this.stack == WebStack.NETTY) {
				assertThat(node.context.getBean("cancelled", CountDownLatch.class).await(20, TimeUnit.SECONDS))
					.isTrue();
			}
			assertThat(node.execute("slow", "{}").key(this.key).send().status()).isEqualTo(202);
			node.operations.open();
			await().untilAsserted(() -> {
				Answer retry = node.execute("slow", "{}").key(this.key).send();
				assertThat(retry.isReplayed()).as(retry.body()).isTrue();
				assertThat(retry.body()).contains("run 1");
			});
			assertThat(node.operations.runs("slow")).isOne();
		}
	}

}
