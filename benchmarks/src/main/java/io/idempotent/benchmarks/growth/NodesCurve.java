package io.idempotent.benchmarks.growth;

import java.io.IOException;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.benchmarks.Database;
import io.idempotent.benchmarks.Settings;

/**
 * One and two nodes, each a process, on one PostgreSQL: with keys of their own, and all
 * with the same keys.
 */
final class NodesCurve implements Curve {

	private static final List<Integer> NODES = List.of(1, 2);

	@Override
	public String name() {
		return "nodes";
	}

	@Override
	public void measure(Settings settings, Report report) throws Exception {
		int keys = settings.choose(500, 3_000);
		int rounds = settings.choose(2, 9);
		int warmUp = settings.choose(1, 3);
		double[][] own = new double[NODES.size()][rounds];
		double[][] same = new double[NODES.size()][rounds];
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 1)) {
			// so that two that start at once do not both create it
			Database.execute(pool, Database.POSTGRESQL.schema("idempotency_record"));
			try (Child one = start(pool.getJdbcUrl()); Child two = start(pool.getJdbcUrl())) {
				one.answer();
				two.answer();
				measure(pool, List.of(one, two), keys, own, same, warmUp);
			}
		}
		report.add(new Figure(name(), "Nodes on one database", Steps.linear("nodes", NODES),
				"executions per second of all", false,
				List.of(Column.medians("each node has keys of its own", own),
						Column.medians("all nodes have the same keys", same),
						Column.inTableOnly("same keys: calls per key", List.of(1.0, 2.0)),
						Column.inTableOnly("same keys: executions per key", List.of(1.0, 1.0)))));
	}

	private static void measure(HikariDataSource pool, List<Child> all, int keys, double[][] own, double[][] same,
			int warmUp) throws Exception {
		for (int round = -warmUp; round < own[0].length; round++) {
			for (int i = 0; i < NODES.size(); i++) {
				List<Child> nodes = all.subList(0, NODES.get(i));
				// what is first in a round has to do with what the round before left
				for (boolean shared : new boolean[] { round % 2 == 0, round % 2 != 0 }) {
					String prefix = "%d-of-%d-%s-".formatted(round, nodes.size(), shared ? "same" : "own");
					double perSecond = perSecond(pool, nodes, prefix, keys, shared);
					// the first rounds warm up
					if (round >= 0) {
						(shared ? same : own)[i][round] = perSecond;
					}
				}
			}
		}
	}

	private static Child start(String url) throws IOException {
		return Child.start(NodeProcess.class, List.of("-Xmx256m"), url);
	}

	private static double perSecond(HikariDataSource pool, List<Child> nodes, String prefix, int keys, boolean shared)
			throws Exception {
		long begin = System.nanoTime();
		for (int i = 0; i < nodes.size(); i++) {
			nodes.get(i).send(prefix + (shared ? "" : i + "-") + " " + keys);
		}
		long executions = 0;
		for (Child node : nodes) {
			executions += node.answer();
		}
		long nanos = System.nanoTime() - begin;
		long expected = shared ? keys : (long) keys * nodes.size();
		long records = Database.number(pool, "SELECT count(*) FROM idempotency_record WHERE status = 1 AND attempt = 1"
				+ " AND idem_key LIKE '" + prefix + "%'");
		if (executions != expected || records != expected) {
			throw new IllegalStateException(
					"%d executions and %d records instead of %d".formatted(executions, records, expected));
		}
		return executions * 1e9 / nanos;
	}

}
