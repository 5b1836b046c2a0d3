package io.idempotent.benchmarks.growth;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.benchmarks.Database;
import io.idempotent.benchmarks.Node;
import io.idempotent.benchmarks.Rounds;
import io.idempotent.benchmarks.Settings;

/**
 * First executions, duplicates and local replays with ever larger results.
 */
final class ResultCurve implements Curve {

	private static final List<Integer> SIZES = List.of(0, 100, 1_024, 10 * 1_024, 100 * 1_024, 1_024 * 1_024);

	/** A result of one megabyte is encoded in a few bytes more. */
	private static final String LIMIT = "idempotent.max-result-size=2MB";

	@Override
	public String name() {
		return "result";
	}

	@Override
	public void measure(Settings settings, Report report) throws Exception {
		Growing growing = new Growing(new Rounds(settings.choose(2, 20), Rounds.BLOCK));
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 2);
				Node node = new Node(Operations.class, pool, LIMIT);
				Node other = new Node(Operations.class, pool, LIMIT, "idempotent.local-cache.enabled=false")) {
			for (int size : SIZES) {
				add(growing, node.get(Operations.class), other.get(Operations.class), size);
			}
			report.add(new Figure(name(), "Size of the result", Steps.bytes("result", SIZES), "microseconds", true,
					growing.measure(settings.choose(1, 10))));
		}
	}

	private static void add(Growing growing, Operations operations, Operations elsewhere, int size) {
		String key = size + "-";
		String known = key + "known";
		operations.text(known);
		operations.pages(known);
		int repeat = 1 + 10_000 / (100 + size);
		growing.add("first execution", (number) -> operations.text(key + number));
		growing.add("duplicate from the authority", (number) -> elsewhere.text(known));
		growing.addRepeated("local replay, deeply immutable result: shared", repeat,
				(number) -> operations.text(known));
		growing.addRepeated("local replay, other result: decoded each time", repeat,
				(number) -> operations.pages(known));
	}

}
