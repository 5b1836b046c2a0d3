package io.idempotent.web.execute;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencySettlement;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.test.FlakyDataSource;
import io.idempotent.web.FlakyDatabase;
import io.idempotent.web.RecordedResponse;
import io.idempotent.web.TestClient;
import io.idempotent.web.TestClient.Answer;
import io.idempotent.web.WebStack;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What clients of the execute API are told when the database is away, an owner stalls, or
 * an operator settles what nobody knows.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class ExecuteApiTroubleTests {

	private final String key = UUID.randomUUID().toString();

	private final Address database = TestDatabase.H2.createEmpty();

	@Parameter
	private WebStack stack;

	private static FlakyDataSource connection(ExecuteApiNode node) {
		return node.context.getBean(FlakyDataSource.class);
	}

	@Test
	void whileTheDatabaseIsAwayNothingRunsAndTheClientMayRetry() {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, this.database, FlakyDatabase.class)) {
			connection(node).setDown(true);
			Answer refused = node.execute("echo", "{}").key(this.key).send();
			assertThat(refused.status()).isEqualTo(503);
			assertThat(refused.body()).startsWith("{\"error\":{\"code\":\"STORE_UNAVAILABLE\",");
			assertThat(refused.header("Retry-After").orElseThrow()).matches("[1-9]\\d*");
			assertThat(node.operations.runs("echo")).isZero();
			connection(node).setDown(false);
			assertThat(node.execute("echo", "{}").key(this.key).send().status()).isEqualTo(200);
		}
	}

	@Test
	void anAnswerThatCannotBeRecordedIsSentAndRecordedLater() throws Exception {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, this.database, FlakyDatabase.class)) {
			CompletableFuture<HttpResponse<byte[]>> first = node.execute("slow", "{}").key(this.key).start();
			node.operations.awaitEntered();
			connection(node).setDown(true);
			node.operations.open();
			assertThat(new Answer(first.get(20, TimeUnit.SECONDS)).body()).contains("run 1");
			connection(node).setDown(false);
			await().until(() -> node.execute("slow", "{}").key(this.key).send().isReplayed());
			assertThat(node.operations.runs("slow")).isOne();
		}
	}

	@Test
	void anOwnerThatWasTakenOverIsToldSoAndItsResultIsNotSent() throws Exception {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, this.database, FlakyDatabase.class,
				"idempotent.lease=500ms");
				ExecuteApiNode other = new ExecuteApiNode(this.stack, this.database, "idempotent.on-abandoned=retry")) {
			CompletableFuture<HttpResponse<byte[]>> first = node.execute("slow", "{}").key(this.key).start();
			node.operations.awaitEntered();
			connection(node).setDown(true);
			other.operations.open();
			await().until(() -> other.execute("slow", "{}").key(this.key).send().status() == 200);
			connection(node).setDown(false);
			node.operations.open();
			Answer stale = new Answer(first.get(20, TimeUnit.SECONDS));
			assertThat(stale.status()).isEqualTo(409);
			assertThat(stale.body()).contains("\"code\":\"OWNERSHIP_LOST\"").doesNotContain("run 1");
		}
	}

	@Test
	void anOperatorSettlesAnUnknownOutcomeAsAnAnswer() {
		try (ExecuteApiNode node = new ExecuteApiNode(this.stack, this.database)) {
			node.execute("timeout", "{}").key(this.key).send();
			IdempotencySettlement settlement = node.context.getBean(IdempotencySettlement.class);
			HttpHeaders headers = new HttpHeaders();
			headers.setContentType(MediaType.APPLICATION_JSON);
			settlement.settleCompleted(settlement.findAbandoned(10).get(0), RecordedResponse.of(HttpStatus.OK, headers,
					"{\"status\":\"completed\",\"result\":\"settled\"}".getBytes(StandardCharsets.UTF_8)));
			Answer retry = node.execute("timeout", "{}").key(this.key).send();
			assertThat(retry.isReplayed()).isTrue();
			assertThat(retry.body()).isEqualTo("{\"status\":\"completed\",\"result\":\"settled\"}");
			assertThat(retry.header("Content-Type")).hasValue("application/json");
		}
	}

}
