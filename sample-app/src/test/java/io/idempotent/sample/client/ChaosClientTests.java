package io.idempotent.sample.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

import io.idempotent.client.ClientSettings;
import io.idempotent.client.ExecuteResult;
import io.idempotent.client.IdempotencyClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Our clients, over a network that loses requests and answers, delays and repeats them,
 * in front of the sample.
 *
 * @see PostgresChaosClientTests
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.data-dir=./target/test-data/${random.uuid}")
@AutoConfigureRestTestClient // to share the application of the other tests
@Timeout(120)
class ChaosClientTests {

	private static final int WRITES_OF_A_KIND = 500;

	private static final Duration READ_TIMEOUT = Duration.ofMillis(500);

	private static final Duration DEADLINE = Duration.ofSeconds(20);

	private static final ClientSettings SETTINGS = ClientSettings.builder()
		.delay(Duration.ofMillis(20))
		.maxDelay(Duration.ofMillis(500))
		.jitter(Duration.ofMillis(10))
		.deadline(DEADLINE)
		.build();

	private final String run = UUID.randomUUID().toString().substring(0, 8);

	@Autowired
	private JdbcClient jdbc;

	@LocalServerPort
	private int port;

	@Test
	void aThousandWritesOverABadNetworkHappenOnceEachAndGetTheirOwnAnswers() throws Exception {
		UnreliableNetwork network = network(Trouble.atRandom(42));
		List<Report> reports = new Traffic(this.port, SETTINGS, READ_TIMEOUT).send(this.run, WRITES_OF_A_KIND, network);
		assertThat(Trouble.values()).allSatisfy((trouble) -> assertThat(network.count(trouble)).isGreaterThan(50));
		assertThat(reports).hasSize(2).allSatisfy((report) -> {
			assertThat(report.sent()).isEqualTo(WRITES_OF_A_KIND);
			assertThat(report.right()).isEqualTo(WRITES_OF_A_KIND);
			assertThat(report.effects()).isEqualTo(WRITES_OF_A_KIND);
			assertThat(report.attempts()).isGreaterThan(WRITES_OF_A_KIND);
			assertThat(report.replays()).isPositive();
			assertThat(report.slowest()).isLessThan(DEADLINE.plus(READ_TIMEOUT));
		});
		// one that times out while it connects has not been seen by the network
		assertThat(reports.stream().mapToInt(Report::attempts).sum()).isGreaterThanOrEqualTo(network.requests());
		assertThat(rows("SELECT COUNT(DISTINCT order_id) FROM card_charge WHERE customer = ?", this.run))
			.isEqualTo(WRITES_OF_A_KIND);
		assertThat(rows("SELECT COUNT(DISTINCT workflow_id) FROM chain_transaction WHERE workflow_id LIKE ?",
				"reward:" + this.run + "-%"))
			.isEqualTo(WRITES_OF_A_KIND);
	}

	@Test
	void withANewKeyForEachAttemptEachLostAnswerIsAnotherCharge() throws Exception {
		int payments = 10;
		try (UnreliableNetwork network = network(
				(request) -> (request % 2 == 0) ? Trouble.NONE : Trouble.LOST_ANSWER)) {
			RestClient client = client(network.port());
			for (int i = 0; i < payments; i++) {
				payUntilAnswered(client, i);
			}
		}
		assertThat(rows("SELECT COUNT(DISTINCT order_id) FROM card_charge WHERE customer = ?", this.run))
			.isEqualTo(payments);
		assertThat(rows("SELECT COUNT(*) FROM card_charge WHERE customer = ?", this.run)).isEqualTo(2 * payments);
	}

	@Test
	void aCallWithoutAnAnswerEndsInTimeAndIsSafeToRepeatWithItsKey() throws Exception {
		Duration deadline = Duration.ofSeconds(1);
		try (UnreliableNetwork network = network((request) -> Trouble.LOST_ANSWER)) {
			ClientSettings settings = ClientSettings.builder().deadline(deadline).build();
			RestClient client = client(network.port());
			long begin = System.nanoTime();
			assertThatExceptionOfType(ResourceAccessException.class).isThrownBy(() -> pay(client, settings));
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(deadline.plus(READ_TIMEOUT));
			assertThat(network.requests()).isGreaterThan(1);
		}
		assertThat(pay(client(this.port), SETTINGS).replayed()).isTrue();
		assertThat(rows("SELECT COUNT(*) FROM card_charge WHERE customer = ?", this.run)).isOne();
	}

	private ExecuteResult<Void> pay(RestClient client, ClientSettings settings) {
		return new IdempotencyClient(client, IdempotencyClient.DEFAULT_PATH, settings).execute("payment.charge",
				this.run, Map.of("customer", this.run, "order", "1", "amount", 100, "card", "visa"), Void.class);
	}

	private RestClient client(int port) {
		return new Traffic(this.port, SETTINGS, READ_TIMEOUT).client(port, new AtomicInteger());
	}

	private UnreliableNetwork network(IntFunction<Trouble> plan) throws Exception {
		return new UnreliableNetwork(this.port, plan, READ_TIMEOUT);
	}

	private void payUntilAnswered(RestClient client, int number) {
		while (true) {
			try {
				client.post()
					.uri("/v1/idempotency/execute")
					.header("Idempotency-Key", UUID.randomUUID().toString())
					.contentType(MediaType.APPLICATION_JSON)
					.body("""
							{"operation": "payment.charge", "payload":
							{"customer": "%s", "order": "%d", "amount": 1, "card": "visa"}}""".formatted(this.run,
							number))
					.retrieve()
					.toBodilessEntity();
				return;
			}
			catch (ResourceAccessException ex) {
				// the answer is lost, and the client takes that for a failure
			}
		}
	}

	private int rows(String sql, String parameter) {
		return this.jdbc.sql(sql).param(parameter).query(Integer.class).single();
	}

}
