package io.idempotent.sample.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.idempotent.client.ClientSettings;

/**
 * Sends payments and rewards to a running sample over a network that loses, delays and
 * repeats, and prints what became of them.
 */
public final class UnreliableNetworkDemo {

	private static final Duration READ_TIMEOUT = Duration.ofSeconds(1);

	/** Pauses that fit a network on which the next attempt may well succeed. */
	private static final ClientSettings SETTINGS = ClientSettings.builder()
		.delay(Duration.ofMillis(50))
		.maxDelay(Duration.ofSeconds(1))
		.jitter(Duration.ofMillis(25))
		.build();

	private UnreliableNetworkDemo() {
	}

	/**
	 * Runs the demonstration.
	 * @param arguments how many writes of each kind, 100 by default, and the port of the
	 * sample, 8080 by default
	 * @throws Exception if the sample does not run
	 */
	public static void main(String[] arguments) throws Exception {
		int count = (arguments.length > 0) ? Integer.parseInt(arguments[0]) : 100;
		int port = (arguments.length > 1) ? Integer.parseInt(arguments[1]) : 8080;
		requireServer(port);
		long begin = System.nanoTime();
		UnreliableNetwork network = new UnreliableNetwork(port, Trouble.atRandom(begin), READ_TIMEOUT);
		List<Report> reports = new Traffic(port, SETTINGS, READ_TIMEOUT)
			.send(UUID.randomUUID().toString().substring(0, 8), count, network);
		print(reports, network, Duration.ofNanos(System.nanoTime() - begin));
	}

	private static void requireServer(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.shutdownOutput();
		}
		catch (IOException ex) {
			throw new IllegalStateException(
					"Nothing answers at port %d. Start the application: mvn -pl sample-app -am spring-boot:run"
						.formatted(port),
					ex);
		}
	}

	private static void print(List<Report> reports, UnreliableNetwork network, Duration time) {
		String row = "%-40s%8s%9s%10s%9s%7s%10s%n";
		System.out.printf(row, "", "sent", "effects", "attempts", "replays", "right", "slowest");
		for (Report report : reports) {
			System.out.printf(row, report.writes(), report.sent(), report.effects(), report.attempts(),
					report.replays(), report.right(), seconds(report.slowest()));
		}
		Map<Trouble, Integer> troubles = new EnumMap<>(Trouble.class);
		Arrays.stream(Trouble.values()).forEach((trouble) -> troubles.put(trouble, network.count(trouble)));
		System.out.printf("in %s; what the network did to %d requests: %s%n", seconds(time), network.requests(),
				troubles);
	}

	private static String seconds(Duration duration) {
		return "%.1f s".formatted(duration.toMillis() / 1000.0);
	}

}
