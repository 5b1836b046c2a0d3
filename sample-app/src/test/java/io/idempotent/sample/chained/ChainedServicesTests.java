package io.idempotent.sample.chained;

import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.idempotent.client.ClientSettings;
import io.idempotent.client.ExecuteResult;
import io.idempotent.client.IdempotencyClient;
import io.idempotent.sample.chained.PlaceOrder.Order;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Service A, in a process of its own, calls service B, the application of this test. They
 * share nothing: each has its own records.
 *
 * @see PostgresChainedServicesTests
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.data-dir=./target/test-data/${random.uuid}")
@AutoConfigureRestTestClient // to share the application of the other tests
@Timeout(120)
class ChainedServicesTests {

	private static final ClientSettings PATIENT = ClientSettings.builder()
		.maxDelay(Duration.ofSeconds(1))
		.deadline(Duration.ofSeconds(90))
		.build();

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	private final String customer = UUID.randomUUID().toString();

	@LocalServerPort
	private int portOfB;

	@AfterEach
	void stop() {
		this.thread.shutdownNow();
	}

	@Test
	void aServiceThatIsKilledAfterItsCallIsRetriedAndItsCallIsNotRepeated(@TempDir Path dataDir) throws Exception {
		Future<ExecuteResult<JsonNode>> answer;
		int port;
		try (ServiceA first = new ServiceA(dataDir, 0, this.portOfB)) {
			port = first.port();
			answer = this.thread.submit(() -> placeOrder(port));
			assertThat(first.awaitWord()).isEqualTo("B has replayed: false, false");
			assertThat(charges().size()).isOne();
			first.kill();
		}
		try (ServiceA second = new ServiceA(dataDir, port, this.portOfB)) {
			// the client is still at it
			assertThat(second.awaitWord()).isEqualTo("B has replayed: true, true");
			second.goOn();
			ExecuteResult<JsonNode> placed = answer.get(60, TimeUnit.SECONDS);
			assertThat(placed.replayed()).isFalse();
			assertThat(charges()).containsExactly(placed.value().get("charge"));
			assertThat(rewards()).containsExactly(placed.value().get("reward"));
			ExecuteResult<JsonNode> again = placeOrder(port);
			assertThat(again.replayed()).isTrue();
			assertThat(again.value()).isEqualTo(placed.value());
		}
	}

	/** Until there is an answer, whatever becomes of the service in between. */
	private ExecuteResult<JsonNode> placeOrder(int port) {
		return new IdempotencyClient(client(port), IdempotencyClient.DEFAULT_PATH, PATIENT).execute("order.place",
				this.customer, new Order(this.customer), JsonNode.class);
	}

	private JsonNode charges() {
		return get("/payments?customer={customer}");
	}

	private JsonNode rewards() {
		return get("/chain/received?workflowId=reward:{customer}").get("calls");
	}

	private JsonNode get(String uri) {
		return client(this.portOfB).get().uri(uri, this.customer).retrieve().requiredBody(JsonNode.class);
	}

	private static RestClient client(int port) {
		JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory();
		factory.setReadTimeout(Duration.ofSeconds(30));
		return RestClient.builder()
			.baseUrl("http://127.0.0.1:" + port)
			.requestFactory(factory)
			.defaultHeaders((headers) -> headers.setBasicAuth("alice", "alice"))
			.build();
	}

}
