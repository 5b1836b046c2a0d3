package io.idempotent.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Supplier;

import io.idempotent.InProgressPolicy;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many threads, one key: one execution.
 */
class StormTests {

	private static final int THREADS = 64;

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	private HikariDataSource pool;

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		if (this.pool != null) {
			this.pool.close();
		}
	}

	private IdempotencyStore store(String name) {
		if (name.equals("MEMORY")) {
			return new MemoryIdempotencyStore();
		}
		TestDatabase database = TestDatabase.valueOf(name);
		this.pool = database.pool(8);
		return database.store(this.pool);
	}

	@ParameterizedTest(name = "store {0}, local cache {1}, nodes {2}")
	@CsvSource({ "MEMORY, true, 1, 1000", "MEMORY, false, 1, 1000", "H2, true, 1, 1000", "H2, false, 1, 1000",
			"H2, true, 2, 1000", "H2, false, 2, 1000", "POSTGRESQL, true, 1, 500", "POSTGRESQL, true, 2, 500",
			"POSTGRESQL, false, 2, 200", "MARIADB, true, 1, 500", "MARIADB, true, 2, 500", "MARIADB, false, 2, 200",
			"MYSQL, true, 2, 200", "MYSQL, false, 2, 200", "HSQLDB, true, 2, 200", "HSQLDB, false, 2, 200",
			"DERBY, true, 2, 200", "DERBY, false, 2, 200" })
	void sixtyFourThreadsOnOneKeyExecuteOnceForEachOfManyKeys(String storeName, boolean localCache, int nodeCount,
			int keys) throws Exception {
		FaultyStore counting = new FaultyStore(store(storeName));
		List<TestEngine> nodes = new ArrayList<>();
		for (int i = 0; i < nodeCount; i++) {
			TestEngine node = new TestEngine(counting.store());
			node.localCache = localCache;
			node.onInProgress = InProgressPolicy.WAIT;
			nodes.add(node);
		}
		AtomicIntegerArray executions = new AtomicIntegerArray(keys);
		CyclicBarrier barrier = new CyclicBarrier(THREADS);
		List<Future<List<String>>> results = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			TestEngine node = nodes.get(i % nodeCount);
			Supplier<List<String>> calls = () -> all(node, barrier, executions, storeName + localCache + nodeCount);
			results.add(this.threads.submit(calls::get));
		}
		List<String> first = results.get(0).get();
		for (Future<List<String>> result : results) {
			assertThat(result.get()).isEqualTo(first);
		}
		for (int key = 0; key < keys; key++) {
			assertThat(executions.get(key)).isEqualTo(1);
		}
		if (localCache && nodeCount == 1) {
			assertThat(counting.calls("claim")).as("statements do not grow with duplicates").isEqualTo(keys);
		}
		nodes.forEach(TestEngine::close);
	}

	private static List<String> all(TestEngine node, CyclicBarrier barrier, AtomicIntegerArray executions,
			String prefix) {
		try {
			List<String> results = new ArrayList<>();
			for (int i = 0; i < executions.length(); i++) {
				int key = i;
				barrier.await(60, TimeUnit.SECONDS);
				results.add(node.call(prefix + key, () -> key + " run " + executions.incrementAndGet(key)));
			}
			return results;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
