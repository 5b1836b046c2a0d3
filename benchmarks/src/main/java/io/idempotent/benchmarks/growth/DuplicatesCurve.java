package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.benchmarks.Database;
import io.idempotent.benchmarks.Node;
import io.idempotent.benchmarks.Rounds;
import io.idempotent.benchmarks.Settings;
import io.idempotent.test.StatementCountingDataSource;

/**
 * Ever more calls with one key in one JVM, on PostgreSQL.
 */
final class DuplicatesCurve implements Curve {

	/** As long as the method takes. */
	static final int MILLIS = 100;

	@Override
	public String name() {
		return "duplicates";
	}

	@Override
	public void measure(Settings settings, Report report) throws Exception {
		List<Integer> calls = List.of(1, 10, 100, 1_000, 2_000, 10_000);
		int most = settings.choose(200, 2_000);
		int rounds = settings.choose(2, 9);
		double[][] millis = new double[calls.size()][rounds];
		double[] statements = new double[calls.size()];
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 4)) {
			StatementCountingDataSource dataSource = new StatementCountingDataSource(pool);
			try (Node node = new Node(Operations.class, dataSource)) {
				Operations operations = node.get(Operations.class);
				for (int round = -1; round < rounds; round++) {
					for (int i = 0; i < calls.size(); i++) {
						int threads = Math.min(calls.get(i), most);
						String key = "%d of %d".formatted(round, calls.get(i));
						dataSource.reset();
						int before = operations.executions();
						long nanos = Load.repeat(threads, calls.get(i) / threads,
								(thread, number) -> operations.settle(key));
						if (operations.executions() - before != 1) {
							throw new IllegalStateException(
									"%d executions".formatted(operations.executions() - before));
						}
						// the first round warms up
						if (round >= 0) {
							millis[i][round] = nanos / 1e6;
							statements[i] = Math.max(statements[i], dataSource.count());
						}
					}
				}
			}
		}
		report.add(new Figure(name(), "Calls with one key in one JVM, of a method that takes %d ms".formatted(MILLIS),
				Steps.logarithmic("calls with one key", calls), "milliseconds, or number", true,
				columns(calls, most, millis, statements)));
	}

	private static List<Column> columns(List<Integer> calls, int most, double[][] millis, double[] statements) {
		List<Double> threads = new ArrayList<>();
		List<Double> time = new ArrayList<>();
		List<Double> asked = new ArrayList<>();
		List<Double> executed = new ArrayList<>();
		for (int i = 0; i < calls.size(); i++) {
			threads.add((double) Math.min(calls.get(i), most));
			time.add(Rounds.median(millis[i]));
			asked.add(statements[i]);
			executed.add(1.0);
		}
		return List.of(Column.inTableOnly("threads", threads),
				Column.plotted("milliseconds until all are answered", time),
				Column.plotted("statements, the most of all rounds", asked), Column.plotted("executions", executed));
	}

}
