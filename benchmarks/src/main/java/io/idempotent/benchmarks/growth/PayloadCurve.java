package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.benchmarks.Database;
import io.idempotent.benchmarks.Node;
import io.idempotent.benchmarks.Rounds;
import io.idempotent.benchmarks.Settings;

/**
 * Local replays and first executions with ever larger payloads, which are compared.
 */
final class PayloadCurve implements Curve {

	private static final List<Integer> SIZES = List.of(0, 100, 1_024, 10 * 1_024, 64 * 1_024, 256 * 1_024);

	/** Another object for each of as many calls, as retries bring. */
	private static final int COPIES = 16;

	@Override
	public String name() {
		return "payload";
	}

	@Override
	public void measure(Settings settings, Report report) throws Exception {
		Growing growing = new Growing(new Rounds(settings.choose(2, 20), settings.choose(20, 100)));
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 2);
				Node node = new Node(Operations.class, pool)) {
			Operations operations = node.get(Operations.class);
			for (int size : SIZES) {
				List<String> texts = new ArrayList<>();
				List<List<Operations.Item>> items = new ArrayList<>();
				for (int i = 0; i < COPIES; i++) {
					texts.add(Texts.random(size, size));
					items.add(IntStream.range(0, size / 100).mapToObj(Operations.Item::of).toList());
				}
				String key = size + "-";
				operations.submit(key, texts.get(0));
				operations.submit(key, items.get(0));
				int repeat = 1 + 10_000 / (100 + size);
				growing.addRepeated("local replay, a text", repeat,
						(number) -> operations.submit(key, texts.get(number % COPIES)));
				growing.addRepeated("local replay, a list of records", repeat,
						(number) -> operations.submit(key, items.get(number % COPIES)));
				growing.add("first execution, a text",
						(number) -> operations.submit(key + number, texts.get(number % COPIES)));
				growing.add("first execution, a list of records",
						(number) -> operations.submit(key + number, items.get(number % COPIES)));
			}
			report.add(new Figure(name(), "Size of a payload that is compared", Steps.bytes("payload", SIZES),
					"microseconds", true, growing.measure(settings.choose(1, 10))));
		}
	}

}
