package io.idempotent.sample.client;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

import io.idempotent.client.ClientSettings;
import org.junit.jupiter.api.Test;

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

/**
 * Our clients, over a network that loses requests and answers, delays and repeats them,
 * in front of the sample.
 *
 * @see PostgresChaosClientTests
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = "sample.data-dir=./target/test-data/${random.uuid}")
@AutoConfigureRestTestClient // to share the application of the other tests
class ChaosClientTests {

	private static final int WRITES_OF_A_KIND = 500;

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(1);

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
		System.out.println(reports);
		assertThat(Trouble.values()).allSatisfy((trouble) -> assertThat(network.count(trouble)).isGreaterThan(50));
		assertThat(reports).hasSize(2).allSatisfy((report) -> {
			assertThat(report.sent()).isEqualTo(WRITES_OF_A_KIND);
			assertThat(report.right()).isEqualTo(WRITES_OF_A_KIND);
			assertThat(report.effects()).isEqualTo(WRITES_OF_A_KIND);
			assertThat(report.attempts()).isGreaterThan(WRITES_OF_A_KIND);
			assertThat(report.replays()).isPositive();
			assertThat(report.slowest()).isLessThan(DEADLINE.plus(READ_TIMEOUT));
		});
		assertThat(reports.stream().mapToInt(Report::attempts).sum()).isEqualTo(network.requests());
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
			RestClient client = new Traffic(this.port, SETTINGS, READ_TIMEOUT).client(network.port(),
					new AtomicInteger());
			for (int i = 0; i < payments; i++) {
				payUntilAnswered(client, i);
			}
		}
		assertThat(rows("SELECT COUNT(DISTINCT order_id) FROM card_charge WHERE customer = ?", this.run))
			.isEqualTo(payments);
		assertThat(rows("SELECT COUNT(*) FROM card_charge WHERE customer = ?", this.run)).isEqualTo(2 * payments);
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
