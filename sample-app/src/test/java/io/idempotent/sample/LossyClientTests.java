package io.idempotent.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import io.idempotent.sample.client.Trouble;
import io.idempotent.sample.client.UnreliableNetwork;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Half of the answers are lost after the server has sent them.
 *
 * @see PostgresLossyClientTests
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.data-dir=./target/test-data/${random.uuid}")
@AutoConfigureRestTestClient // to share the application of the other tests
class LossyClientTests {

	private static final int WRITES = 1_000;

	private static final int THREADS = 8;

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final JsonMapper JSON = new JsonMapper();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	/** What the deployments of this test have in common. */
	private final String version = UUID.randomUUID().toString();

	@LocalServerPort
	private int port;

	@Test
	void aThousandWritesOverALossyConnectionHappenOnceEach() throws Exception {
		try (UnreliableNetwork network = new UnreliableNetwork(this.port, LossyClientTests::everySecond, TIMEOUT)) {
			List<Delivery> deliveries = inParallel(IntStream.range(0, WRITES)
				.<Callable<Delivery>>mapToObj((i) -> () -> write(network, "service-" + i))
				.toList());
			List<JsonNode> deployments = deployments();
			assertThat(deployments.size()).isEqualTo(WRITES);
			assertThat(deliveries).hasSize(WRITES).allSatisfy(this::assertRight);
			int lost = network.count(Trouble.LOST_ANSWER);
			assertThat(lost).isEqualTo(network.requests() / 2).isBetween(WRITES - 1, WRITES);
			assertThat(deliveries.stream().mapToInt(Delivery::lost).sum()).isEqualTo(lost);
			assertThat(deployments).containsExactlyInAnyOrderElementsOf(
					deliveries.stream().map((delivery) -> JSON.readTree(delivery.answer().body())).toList());
		}
	}

	private static Trouble everySecond(int request) {
		return (request % 2 == 0) ? Trouble.LOST_ANSWER : Trouble.NONE;
	}

	/** Retries with the same key until there is an answer. */
	private Delivery write(UnreliableNetwork network, String service) throws InterruptedException {
		HttpRequest request = request(network.port()).header("Idempotency-Key", UUID.randomUUID().toString())
			.header("Content-Type", "application/json")
			.POST(BodyPublishers
				.ofString("{\"service\": \"%s\", \"version\": \"%s\"}".formatted(service, this.version)))
			.build();
		for (int lost = 0; lost < 100; lost++) {
			try {
				return new Delivery(service, lost, this.client.send(request, BodyHandlers.ofString()));
			}
			catch (IOException ex) {
				// the answer is lost, and the client does not know whether the write is
			}
		}
		throw new AssertionError("No answer for " + service);
	}

	private void assertRight(Delivery delivery) {
		HttpResponse<String> answer = delivery.answer();
		JsonNode deployment = JSON.readTree(answer.body());
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
		assertThat(deployment.get("service").asString()).isEqualTo(delivery.service());
		assertThat(deployment.get("version").asString()).isEqualTo(this.version);
		assertThat(answer.headers().firstValue(HttpHeaders.LOCATION))
			.hasValue("/deployments/" + deployment.get("id").asLong());
		assertThat(answer.headers().firstValue("Idempotent-Replayed").isPresent()).isEqualTo(delivery.lost() > 0);
	}

	private List<JsonNode> deployments() throws Exception {
		String body = this.client.send(request(this.port).build(), BodyHandlers.ofString()).body();
		return JSON.readTree(body)
			.valueStream()
			.filter((deployment) -> deployment.get("version").asString().equals(this.version))
			.toList();
	}

	private static HttpRequest.Builder request(int port) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/deployments"))
			.timeout(TIMEOUT)
			.header(HttpHeaders.AUTHORIZATION, "Basic " + HttpHeaders.encodeBasicAuth("alice", "alice", null));
	}

	private static <T> List<T> inParallel(List<Callable<T>> tasks) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> future : executor.invokeAll(tasks)) {
				results.add(future.get());
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

	/** A write that was answered in the end, after so many answers that were lost. */
	record Delivery(String service, int lost, HttpResponse<String> answer) {
	}

}
