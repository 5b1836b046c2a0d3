package io.idempotent.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.idempotent.sample.chain.Receipt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.EntityExchangeResult;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the READMEs show, over a real port and with the database in a file.
 *
 * @see PostgresSampleApplicationTests
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.data-dir=./target/test-data/${random.uuid}")
@AutoConfigureRestTestClient
class SampleApplicationTests {

	private static final JsonMapper JSON = new JsonMapper();

	static final String MINT = """
			{"method": "mint", "arguments": {"to": "alice", "amount": 5}}""";

	private static final String MINT_MORE = """
			{"method": "mint", "arguments": {"to": "alice", "amount": 6}}""";

	private static final String BURN = """
			{"method": "burn", "arguments": {"amount": 5}}""";

	private static final String REVERT = """
			{"method": "revert"}""";

	private final String workflowId = UUID.randomUUID().toString();

	@Autowired
	private RestTestClient client;

	@Test
	void aFirstCallReachesTheChain() {
		Receipt receipt = submit(MINT).receipt();
		assertThat(receipt.workflowId()).isEqualTo(this.workflowId);
		assertThat(receipt.method()).isEqualTo("mint");
		assertThat(received()).containsExactly(receipt);
		assertThat(methodsCalled()).containsExactly("mint");
	}

	@Test
	void aDuplicateGetsTheSameReceiptAndSaysSo() {
		Answer first = submit(MINT);
		Answer duplicate = submit(MINT);
		assertThat(first.isReplayed()).isFalse();
		assertThat(duplicate.isReplayed()).isTrue();
		assertThat(duplicate.body()).isEqualTo(first.body());
		assertThat(received()).containsExactly(first.receipt());
	}

	@Test
	void theOrderOfMembersMakesNoOtherCall() {
		submit(MINT);
		assertThat(submit("""
				{"arguments": {"amount": 5, "to": "alice"}, "method": "mint"}""").isReplayed()).isTrue();
	}

	@Test
	void anotherPayloadForTheSameWorkflowIsRefused() {
		submit(MINT);
		submit(MINT_MORE).assertProblem(422, "idempotency:key-reused", false);
		assertThat(received()).hasSize(1);
	}

	@Test
	void ofParallelDuplicatesOneReachesTheChainAndTheOthersAreTold() throws Exception {
		theChainIs("slow");
		List<Answer> answers = inParallel(20, () -> submit(MINT));
		List<Receipt> received = received();
		assertThat(received).hasSize(1);
		assertThat(answers).filteredOn((answer) -> answer.status() == 200)
			.isNotEmpty()
			.allSatisfy((answer) -> assertThat(answer.receipt()).isEqualTo(received.get(0)));
		assertThat(answers).filteredOn((answer) -> answer.status() != 200).allSatisfy((answer) -> {
			answer.assertProblem(409, "idempotency:in-progress", true);
			assertThat(answer.headers().getFirst(HttpHeaders.RETRY_AFTER)).matches("[1-9]\\d*");
		});
	}

	@Test
	void parallelDuplicatesOfAStepWaitForItsReceipt() throws Exception {
		theChainIs("slow");
		List<Answer> answers = inParallel(20, () -> submitStep(MINT));
		List<Receipt> received = received();
		assertThat(received).hasSize(1);
		assertThat(answers).extracting(Answer::receipt).containsOnly(received.get(0));
		assertThat(answers).filteredOn(Answer::isReplayed).hasSize(19);
	}

	@Test
	void aRetryAfterAFailureRuns() {
		theChainIs("fail");
		submit(MINT).assertProblem(503, "chain:unavailable", true);
		assertThat(received()).isEmpty();
		assertThat(submit(MINT).isReplayed()).isFalse();
		assertThat(received()).hasSize(1);
		assertThat(methodsCalled()).containsExactly("mint");
	}

	@Test
	void anotherCallMayTakeThePlaceOfAFailedOne() {
		theChainIs("fail");
		submit(MINT);
		assertThat(submit(BURN).receipt().method()).isEqualTo("burn");
		assertThat(methodsCalled()).containsExactly("burn");
	}

	@Test
	void aRetryAfterATimeoutGetsTheReceiptOfWhatTheChainHasAccepted() {
		theChainIs("timeout-after-accepting");
		submit(MINT).assertProblem(504, "chain:timeout", true);
		Answer retry = submit(MINT);
		assertThat(retry.isReplayed()).isTrue();
		assertThat(received()).containsExactly(retry.receipt());
		assertThat(methodsCalled()).containsExactly("mint");
		assertThat(submit(MINT).body()).isEqualTo(retry.body());
	}

	@Test
	void aRejectionIsFinal() {
		Answer first = submit(REVERT);
		Answer duplicate = submit(REVERT);
		first.assertProblem(422, "chain:call-rejected", false);
		assertThat(first.isReplayed()).isFalse();
		assertThat(duplicate.isReplayed()).isTrue();
		assertThat(duplicate.body()).isEqualTo(first.body());
		assertThat(received()).hasSize(1);
	}

	@Test
	void aRetryAfterATimeoutGetsTheRejectionOfWhatTheChainHasRejected() {
		theChainIs("timeout-after-accepting");
		submit(REVERT).assertProblem(504, "chain:timeout", true);
		submit(REVERT).assertProblem(422, "chain:call-rejected", false);
		assertThat(received()).hasSize(1);
	}

	@Test
	void aRetryAfterARestartGetsTheSameReceipt(@TempDir Path dataDir) {
		Answer first = submitToAnApplicationOfItsOwn(dataDir);
		Answer retry = submitToAnApplicationOfItsOwn(dataDir);
		assertThat(first.isReplayed()).isFalse();
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.receipt()).isEqualTo(first.receipt());
	}

	@Test
	void stepsAreOnePerWorkflowAndMethod() {
		Receipt mint = submitStep(MINT).receipt();
		Receipt burn = submitStep(BURN).receipt();
		assertThat(submitStep(MINT).receipt()).isEqualTo(mint);
		submitStep(MINT_MORE).assertProblem(422, "idempotency:key-reused", false);
		assertThat(received()).containsExactly(mint, burn);
		assertThat(methodsCalled()).containsExactly("burn", "mint");
	}

	@Test
	void aMethodThatAnotherRequestHasCalledIsRefusedBeforeTheChainIsAsked() {
		submit(MINT);
		submitStep(MINT).assertProblem(409, "contract:method-already-called", false);
		assertThat(received()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "calls", "steps" })
	void aBlankWorkflowIdIsRefused(String resource) {
		post(this.client, " ", resource, MINT).assertProblem(400, "idempotency:key-missing", false);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "a b", "a!", "\u00e4", "an-id-of-sixty-five-characters-is-longer-than-any-workflow-id-may" })
	void aMalformedWorkflowIdIsRefused(String malformed) {
		post(this.client, malformed, "calls", MINT).assertProblem(400, "idempotency:key-invalid", false);
		post(this.client, malformed, "steps", MINT).assertProblem(400, "idempotency:key-invalid", false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "[]", "{}", "{\"method\": \"\"}", "{\"method\": \"a b\"}" })
	void aMalformedCallIsRefused(String body) {
		Answer answer = submit(body);
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.headers().getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
	}

	Answer submit(String call) {
		return post(this.client, this.workflowId, "calls", call);
	}

	private Answer submitStep(String call) {
		return post(this.client, this.workflowId, "steps", call);
	}

	private void theChainIs(String mode) {
		this.client.put()
			.uri("/chain/behaviour")
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"mode\": \"" + mode + "\"}")
			.exchange()
			.expectStatus()
			.isNoContent();
	}

	List<Receipt> received() {
		String body = get("/chain/received?workflowId=" + this.workflowId);
		List<Receipt> calls = List.of(JSON.treeToValue(JSON.readTree(body).get("calls"), Receipt[].class));
		assertThat(JSON.readTree(body).get("count").intValue()).isEqualTo(calls.size());
		return calls;
	}

	private List<String> methodsCalled() {
		return JSON.readTree(get("/contracts/" + this.workflowId + "/calls")).findValuesAsString("method");
	}

	private String get(String uri) {
		return Objects.requireNonNull(this.client.get()
			.uri(uri)
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.returnResult()
			.getResponseBody());
	}

	/**
	 * The arguments of an application of its own.
	 */
	List<String> anotherNode(Path dataDir) {
		return List.of("--server.port=0", "--sample.data-dir=" + dataDir);
	}

	Answer submitToAnApplicationOfItsOwn(Path dataDir) {
		try (ConfigurableApplicationContext application = SpringApplication.run(SampleApplication.class,
				anotherNode(dataDir).toArray(String[]::new))) {
			String port = application.getEnvironment().getRequiredProperty("local.server.port");
			RestTestClient client = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
			return post(client, this.workflowId, "calls", MINT);
		}
	}

	private static Answer post(RestTestClient client, String workflowId, String resource, String body) {
		EntityExchangeResult<String> result = client.post()
			.uri("/contracts/{workflowId}/{resource}", workflowId, resource)
			.contentType(MediaType.APPLICATION_JSON)
			.body(body)
			.exchange()
			.expectBody(String.class)
			.returnResult();
		return new Answer(result.getStatus().value(), result.getResponseHeaders(),
				Objects.requireNonNullElse(result.getResponseBody(), ""));
	}

	private static <T> List<T> inParallel(int threads, Callable<T> task) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> future : executor.invokeAll(Collections.nCopies(threads, task))) {
				results.add(future.get());
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	record Answer(int status, HttpHeaders headers, String body) {

		boolean isReplayed() {
			return "true".equals(this.headers.getFirst("Idempotent-Replayed"));
		}

		Receipt receipt() {
			assertThat(this.status).as(this.body).isEqualTo(200);
			return JSON.readValue(this.body, Receipt.class);
		}

		void assertProblem(int status, String code, boolean retryable) {
			assertThat(this.status).as(this.body).isEqualTo(status);
			assertThat(this.headers.getContentType()).isEqualTo(MediaType.APPLICATION_PROBLEM_JSON);
			JsonNode problem = JSON.readTree(this.body);
			assertThat(problem.get("type").asString()).isEqualTo("urn:problem-type:" + code);
			assertThat(problem.get("code").asString()).isEqualTo(code.substring(code.indexOf(':') + 1));
			assertThat(problem.get("status").intValue()).isEqualTo(status);
			assertThat(problem.get("title").asString()).isNotBlank();
			assertThat(problem.get("detail").asString()).isNotBlank();
			assertThat(problem.get("retryable").booleanValue()).isEqualTo(retryable);
		}

	}

}
