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

	private static final int KEYS = 1_000;

	private final HikariDataSource pool = new HikariDataSource();

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		this.pool.close();
	}

	private IdempotencyStore store(String name) {
		if (name.equals("memory")) {
			return new MemoryIdempotencyStore();
		}
		this.pool.setJdbcUrl("jdbc:h2:mem:storm;DB_CLOSE_DELAY=-1");
		this.pool.setMaximumPoolSize(8);
		return Stores.h2(this.pool);
	}

	@ParameterizedTest(name = "store {0}, local cache {1}, nodes {2}")
	@CsvSource({ "memory, true, 1", "memory, false, 1", "h2, true, 1", "h2, false, 1", "h2, true, 2", "h2, false, 2" })
	void sixtyFourThreadsOnOneKeyExecuteOnceForEachOfAThousandKeys(String storeName, boolean localCache, int nodeCount)
			throws Exception {
		FaultyStore counting = new FaultyStore(store(storeName));
		List<TestEngine> nodes = new ArrayList<>();
		for (int i = 0; i < nodeCount; i++) {
			TestEngine node = new TestEngine(counting.store());
			node.localCache = localCache;
			node.onInProgress = InProgressPolicy.WAIT;
			nodes.add(node);
		}
		AtomicIntegerArray executions = new AtomicIntegerArray(KEYS);
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
		for (int key = 0; key < KEYS; key++) {
			assertThat(executions.get(key)).isEqualTo(1);
		}
		if (localCache && nodeCount == 1) {
			assertThat(counting.calls("claim")).as("statements do not grow with duplicates").isEqualTo(KEYS);
		}
		nodes.forEach(TestEngine::close);
	}

	private static List<String> all(TestEngine node, CyclicBarrier barrier, AtomicIntegerArray executions,
			String prefix) {
		try {
			List<String> results = new ArrayList<>();
			for (int i = 0; i < KEYS; i++) {
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
