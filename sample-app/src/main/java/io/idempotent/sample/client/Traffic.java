package io.idempotent.sample.client;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.idempotent.client.ClientSettings;

import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * Payments and rewards at the same time, from several threads, to one server.
 */
final class Traffic {

	private static final int THREADS = 16;

	private final int serverPort;

	private final ClientSettings settings;

	private final Duration readTimeout;

	/**
	 * Creates the traffic.
	 * @param serverPort where effects are asked for, past the network
	 * @param settings how the clients retry
	 * @param readTimeout how long an attempt waits for its answer
	 */
	Traffic(int serverPort, ClientSettings settings, Duration readTimeout) {
		this.serverPort = serverPort;
		this.settings = settings;
		this.readTimeout = readTimeout;
	}

	/**
	 * Sends the writes, and asks for their effects when nothing is underway any more.
	 * @param run a name that no other run has, of up to 30 letters, digits and hyphens
	 * @param count how many writes of each kind
	 * @param network what is between the clients and the server; closed then
	 * @return what became of the payments and of the rewards
	 */
	List<Report> send(String run, int count, UnreliableNetwork network) throws Exception {
		AtomicInteger paymentAttempts = new AtomicInteger();
		AtomicInteger rewardAttempts = new AtomicInteger();
		Writes payments = new Payments(client(network.port(), paymentAttempts), this.settings, run);
		Writes rewards = new Rewards(client(network.port(), rewardAttempts), this.settings, run);
		List<Delivery> deliveries;
		try (network) {
			deliveries = inParallel(IntStream.range(0, count).boxed().<Callable<Delivery>>mapMulti((number, tasks) -> {
				tasks.accept(() -> deliver(payments, number));
				tasks.accept(() -> deliver(rewards, number));
			}).toList());
		}
		return List.of(report(payments, paymentAttempts.get(), deliveries),
				report(rewards, rewardAttempts.get(), deliveries));
	}

	private static <T> List<T> inParallel(List<Callable<T>> tasks) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> future : threads.invokeAll(tasks)) {
				results.add(future.get());
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static Delivery deliver(Writes writes, int number) {
		long begin = System.nanoTime();
		Writes.Answer answer;
		try {
			answer = writes.send(number);
		}
		catch (RuntimeException ex) {
			System.err.println("No answer to number " + number + " of " + writes + ": " + ex);
			answer = new Writes.Answer(false, false);
		}
		return new Delivery(writes, answer, Duration.ofNanos(System.nanoTime() - begin));
	}

	private Report report(Writes writes, int attempts, List<Delivery> all) {
		List<Delivery> deliveries = all.stream().filter((delivery) -> delivery.writes() == writes).toList();
		long effects = writes.effects(client(this.serverPort, Duration.ofMinutes(1)).build());
		return new Report(writes.toString(), deliveries.size(), effects, attempts,
				deliveries.stream().filter((delivery) -> delivery.answer().replayed()).count(),
				deliveries.stream().filter((delivery) -> delivery.answer().right()).count(),
				deliveries.stream().map(Delivery::time).max(Duration::compareTo).orElse(Duration.ZERO));
	}

	/**
	 * Creates a client that retries nothing, and counts what it sends.
	 */
	RestClient client(int port, AtomicInteger attempts) {
		ClientHttpRequestInterceptor counting = (request, body, execution) -> {
			attempts.incrementAndGet();
			return execution.execute(request, body);
		};
		return client(port, this.readTimeout).requestInterceptor(counting).build();
	}

	private static RestClient.Builder client(int port, Duration readTimeout) {
		JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(
				HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
		factory.setReadTimeout(readTimeout);
		return RestClient.builder()
			.baseUrl("http://127.0.0.1:" + port)
			.requestFactory(factory)
			.defaultHeaders((headers) -> headers.setBasicAuth("alice", "alice"));
	}

	private record Delivery(Writes writes, Writes.Answer answer, Duration time) {

	}

}
