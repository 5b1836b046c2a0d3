package io.idempotent.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.test.StatementCountingDataSource;

/**
 * Many threads of one JVM with the same key at the same time, on PostgreSQL.
 */
final class OneKeySection implements Section {

	@Override
	public String name() {
		return "one-key";
	}

	@Override
	public void measure(Settings settings, Table table) throws Exception {
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 4)) {
			StatementCountingDataSource dataSource = new StatementCountingDataSource(pool);
			try (Node node = new Node(Contracts.class, dataSource)) {
				Counts alone = call(node.get(Contracts.class), dataSource, 1);
				for (int threads : new int[] { 10, 100, settings.choose(500, 2_000) }) {
					Counts counts = call(node.get(Contracts.class), dataSource, threads);
					table.add(Row.exactly("executions of %,d threads with one key".formatted(threads),
							String.valueOf(counts.executions()), "1"));
					table.add(Row.atMost("statements of %,d threads with one key".formatted(threads),
							String.valueOf(counts.statements()), "one call", String.valueOf(alone.statements()),
							(double) counts.statements() / alone.statements(), 1));
				}
			}
		}
	}

	private static Counts call(Contracts contracts, StatementCountingDataSource dataSource, int threads)
			throws Exception {
		int before = contracts.executions();
		dataSource.reset();
		CountDownLatch go = new CountDownLatch(1);
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			List<Future<Receipt>> receipts = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				receipts.add(executor.submit(() -> {
					go.await();
					return contracts.settle("key of " + threads);
				}));
			}
			go.countDown();
			for (Future<Receipt> receipt : receipts) {
				receipt.get();
			}
		}
		finally {
			executor.shutdown();
		}
		return new Counts(contracts.executions() - before, dataSource.count());
	}

	private record Counts(int executions, int statements) {
	}

}
