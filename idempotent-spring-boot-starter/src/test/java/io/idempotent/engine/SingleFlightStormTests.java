package io.idempotent.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.OwnershipLostException;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Everything at once: callers that block and callers that get futures, on two nodes,
 * whose methods succeed, fail, time out, stall past their lease and call themselves,
 * while others wait, lose patience and are interrupted. Each caller tries until it has a
 * result, and all of them get the same.
 */
@Timeout(120)
class SingleFlightStormTests {

	private static final int CALLERS = 24;

	private static final int KEYS = 150;

	private final HikariDataSource pool = new HikariDataSource();

	private final Map<String, AtomicInteger> confirmed = new ConcurrentHashMap<>();

	private final Map<String, Queue<String>> answers = new ConcurrentHashMap<>();

	private final Map<String, Queue<Long>> tokens = new ConcurrentHashMap<>();

	private final Queue<Throwable> surprises = new ConcurrentLinkedQueue<>();

	private final Map<Class<?>, AtomicInteger> seen = new ConcurrentHashMap<>();

	@AfterEach
	void close() {
		this.pool.close();
	}

	private IdempotencyStore store(String name) {
		if (name.equals("memory")) {
			return new MemoryIdempotencyStore();
		}
		this.pool.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
		this.pool.setMaximumPoolSize(8);
		return TestDatabase.H2.createStore(this.pool);
	}

	@ParameterizedTest(name = "store {0}, local cache {1}")
	@CsvSource({ "memory, true", "memory, false", "h2, true", "h2, false" })
	void whateverHappensAllCallersGetTheOneConfirmedResult(String storeName, boolean localCache) throws Exception {
		long seed = System.nanoTime();
		IdempotencyStore store = store(storeName);
		List<TestEngine> nodes = List.of(node(store, localCache), node(store, localCache));
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			TestEngine node = nodes.get(i % 2);
			Random random = new Random(seed + i);
			callers.add(new Thread(() -> callAll(node, random), "caller-" + i));
		}
		AtomicBoolean stormy = new AtomicBoolean(true);
		Thread interrupter = new Thread(() -> {
			Random random = new Random(seed - 1);
			while (stormy.get()) {
				callers.get(random.nextInt(CALLERS)).interrupt();
				LockSupport.parkNanos(Duration.ofMillis(3).toNanos());
			}
		});
		callers.forEach(Thread::start);
		if (storeName.equals("memory")) {
			// a connection pool fails when interrupted, and then the store is away
			interrupter.start();
		}
		for (Thread caller : callers) {
			caller.join();
		}
		stormy.set(false);
		interrupter.join();

		assertThat(this.surprises).as("seed %d", seed).isEmpty();
		assertThat(this.answers).hasSize(KEYS);
		this.answers.forEach((key, results) -> {
			assertThat(results).as("answers for %s", key).hasSize(CALLERS).containsOnly(results.peek());
			assertThat(this.confirmed.get(key)).as("confirmed results of %s", key).hasValueLessThanOrEqualTo(1);
		});
		this.tokens.forEach((key, grown) -> assertThat(grown).as("tokens of %s", key).doesNotHaveDuplicates());
		assertThat(this.seen).containsKeys(OperationInProgressException.class, OwnershipLostException.class,
				TimeoutException.class, IllegalStateException.class);
		nodes.forEach((node) -> await().untilAsserted(() -> assertThat(node.inFlight()).isZero()));
		nodes.forEach(TestEngine::close);
	}

	private static TestEngine node(IdempotencyStore store, boolean localCache) {
		TestEngine node = new TestEngine(store);
		node.localCache = localCache;
		node.onInProgress = InProgressPolicy.WAIT;
		node.onAbandoned = AbandonedPolicy.RETRY;
		node.waitTimeout = Duration.ofMillis(40);
		node.lease = Duration.ofMillis(30);
		node.maxLease = Duration.ofMillis(60);
		return node;
	}

	private void callAll(TestEngine node, Random random) {
		for (int i = 0; i < KEYS; i++) {
			String key = "k" + i;
			String answer = null;
			while (answer == null) {
				answer = call(node, key, random);
			}
			this.answers.computeIfAbsent(key, (name) -> new ConcurrentLinkedQueue<>()).add(answer);
		}
	}

	/** One try, null if it did not lead to a result. */
	private String call(TestEngine node, String key, Random random) {
		AtomicBoolean ran = new AtomicBoolean();
		try {
			String answer = random.nextBoolean() ? node.call(key, () -> run(node, key, random, ran))
					: future(node, key, random, ran);
			if (ran.get()) {
				this.confirmed.computeIfAbsent(key, (name) -> new AtomicInteger()).incrementAndGet();
			}
			return answer;
		}
		catch (OperationInProgressException | OwnershipLostException | IdempotencyStoreException | TimeoutException
				| IllegalStateException | InterruptedException ex) {
			// the store: its reply may have come after so short a lease

			boolean unused = Thread.interrupted();
			this.seen.computeIfAbsent(ex.getClass(), (type) -> new AtomicInteger()).incrementAndGet();
			return null;
		}
		catch (Throwable ex) {
			this.surprises.add(ex);
			return "surprise";
		}
	}

	private String future(TestEngine node, String key, Random random, AtomicBoolean ran) throws Throwable {
		CompletableFuture<String> future = node.future(key, () -> {
			CompletableFuture<String> work = new CompletableFuture<>();
			try {
				work.complete(run(node, key, random, ran));
			}
			catch (Exception ex) {
				work.completeExceptionally(ex);
			}
			return random.nextBoolean() ? work : work.thenApplyAsync((value) -> value);
		});
		try {
			return future.orTimeout(60, TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			throw ex.getCause();
		}
	}

	private String run(TestEngine node, String key, Random random, AtomicBoolean ran)
			throws TimeoutException, InterruptedException {
		ran.set(true);
		IdempotencyContext context = IdempotencyContext.current().orElseThrow();
		this.tokens.computeIfAbsent(key, (name) -> new ConcurrentLinkedQueue<>()).add(context.fencingToken());
		switch (random.nextInt(8)) {
			case 0 -> throw new IllegalStateException("released");
			case 1 -> throw new TimeoutException("ambiguous");
			case 2 -> TimeUnit.MILLISECONDS.sleep(100);
			case 3 -> reenter(node, key);
			case 4 -> TimeUnit.MILLISECONDS.sleep(random.nextInt(5));
			default -> {
			}
		}
		return key + " by " + context.fencingToken();
	}

	private void reenter(TestEngine node, String key) {
		try {
			this.surprises.add(new AssertionError("re-entered: " + node.call(key, () -> "inner")));
		}
		catch (OperationInProgressException ex) {
			// as it should be
		}
	}

}
