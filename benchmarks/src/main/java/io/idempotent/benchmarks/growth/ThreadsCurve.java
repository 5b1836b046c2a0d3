package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.benchmarks.ByHand;
import io.idempotent.benchmarks.Database;
import io.idempotent.benchmarks.Node;
import io.idempotent.benchmarks.Settings;

/**
 * Calls per second of ever more threads, each with keys of its own.
 */
final class ThreadsCurve implements Curve {

	private static final int POOL = 16;

	/** Of each thread, to be replayed. */
	private static final int KEYS = 16;

	@Override
	public String name() {
		return "threads";
	}

	@Override
	public void measure(Settings settings, Report report) throws Exception {
		List<Integer> threads = List.of(1, 2, 4, 8, 16, 32, 64);
		int rounds = settings.choose(1, 5);
		int millis = settings.choose(200, 1_500);
		double[][] first = new double[threads.size()][rounds];
		double[][] byHand = new double[threads.size()][rounds];
		double[][] replayed = new double[threads.size()][rounds];
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, POOL);
				Node node = new Node(Operations.class, pool)) {
			Operations operations = node.get(Operations.class);
			Database.execute(pool, Database.POSTGRESQL.schema("by_hand"));
			ByHand hand = new ByHand(pool, "by_hand", 0);
			for (int round = -1; round < rounds; round++) {
				for (int i = 0; i < threads.size(); i++) {
					String prefix = "%d-%d-".formatted(round, threads.get(i));
					double executions = Load.perSecond(threads.get(i), millis,
							(thread, number) -> operations.submit(prefix + thread + "-" + number));
					double executionsByHand = Load.perSecond(threads.get(i), millis,
							(thread, number) -> hand.submit(prefix + thread + "-" + number));
					double replays = replays(operations, threads.get(i), millis);
					// the first one warms up
					if (round >= 0) {
						first[i][round] = executions;
						byHand[i][round] = executionsByHand;
						replayed[i][round] = replays;
					}
				}
			}
		}
		report.add(new Figure(name(), "Threads, each with keys of its own", Steps.logarithmic("threads", threads),
				"calls per second", true,
				List.of(Column.medians("first executions on PostgreSQL, pool of " + POOL, first),
						Column.medians("claim + complete by hand, the same pool", byHand),
						Column.medians("local replays", replayed))));
	}

	private static double replays(Operations operations, int threads, int millis) throws Exception {
		List<List<String>> keys = new ArrayList<>();
		for (int thread = 0; thread < threads; thread++) {
			List<String> own = new ArrayList<>();
			for (int i = 0; i < KEYS; i++) {
				own.add("replayed-" + thread + "-" + i);
				operations.submit(own.get(i));
			}
			keys.add(own);
		}
		int before = operations.executions();
		double perSecond = Load.perSecond(threads, millis,
				(thread, number) -> operations.submit(keys.get(thread).get(number % KEYS)));
		if (operations.executions() != before) {
			throw new IllegalStateException("A replay was executed");
		}
		return perSecond;
	}

}
