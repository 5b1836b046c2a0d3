package io.idempotent.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.TransactionMode;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.jdbc.JdbcDialects;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A pool of two connections and sixteen threads: bounded, and never a dead-lock.
 */
@ParameterizedClass
@EnumSource(names = { "H2", "POSTGRESQL" })
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class PoolTests {

	private static final int THREADS = 16;

	private static final int KEYS = 32;

	private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

	private final TestDatabase database;

	private Address address;

	private HikariDataSource pool;

	private TransactionTemplate transaction;

	PoolTests(TestDatabase database) {
		this.database = database;
	}

	@BeforeEach
	void create() {
		this.address = this.database.create();
		this.pool = this.database.pool(this.address, 2);
		this.pool.setConnectionTimeout(1_000);
		TestDatabase.execute(this.pool, "CREATE TABLE effect (record_key VARCHAR(64) NOT NULL)");
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(this.pool));
	}

	@AfterEach
	void close() {
		this.threads.shutdownNow();
		assertThat(this.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		this.pool.close();
	}

	private IdempotencyStore store(HikariDataSource pool, int size) {
		return new JdbcIdempotencyStore(pool, JdbcDialects.detect(pool), "idempotency_record", () -> size);
	}

	private TestEngine node(IdempotencyStore store, TransactionMode mode) {
		TestEngine node = new TestEngine(store);
		node.transaction = mode;
		node.transactionManager = this.transaction.getTransactionManager();
		node.onInProgress = InProgressPolicy.WAIT;
		return node;
	}

	private String act(String key) {
		new JdbcTemplate(this.pool).update("INSERT INTO effect VALUES (?)", key);
		return "done";
	}

	/**
	 * @return how many calls were refused, all of them with a type that says so
	 */
	private int storm(Call call) throws Exception {
		AtomicInteger refused = new AtomicInteger();
		List<Future<?>> all = new ArrayList<>();
		for (int i = 0; i < KEYS * 4; i++) {
			String key = "key " + i % KEYS;
			all.add(this.threads.submit(() -> {
				try {
					assertThat(call.call(key)).isEqualTo("done");
				}
				catch (IdempotencyStoreException | OperationInProgressException | CannotCreateTransactionException
						| DataAccessException ex) {
					refused.incrementAndGet();
				}
			}));
		}
		for (Future<?> each : all) {
			each.get(100, TimeUnit.SECONDS);
		}
		return refused.get();
	}

	private long effects() {
		return TestDatabase.number(this.pool, "SELECT COUNT(*) FROM effect");
	}

	private long keysWithEffect() {
		return TestDatabase.number(this.pool, "SELECT COUNT(DISTINCT record_key) FROM effect");
	}

	@Test
	void independentAroundTheTransactionNeedsOneConnectionAtATime() throws Exception {
		try (TestEngine node = node(store(this.pool, 2), TransactionMode.INDEPENDENT)) {
			storm((key) -> node.call(key, () -> this.transaction.execute((status) -> act(key))));
			assertThat(effects()).isEqualTo(keysWithEffect());
		}
	}

	@Test
	void joinNeedsOneConnectionAtATime(CapturedOutput output) throws Exception {
		try (TestEngine node = node(store(this.pool, 2), TransactionMode.JOIN)) {
			storm((key) -> node.call(key, () -> act(key)));
			storm((key) -> this.transaction.execute((status) -> node.call(key, () -> act(key))));
			assertThat(effects()).isEqualTo(KEYS);
			assertThat(keysWithEffect()).isEqualTo(KEYS);
		}
		assertThat(output).doesNotContain("the pool is used up");
	}

	@Test
	void independentInsideOfTransactionsThatUseThePoolUpIsBoundedAndNeverRunsTwice(CapturedOutput output)
			throws Exception {
		try (TestEngine node = node(store(this.pool, 2), TransactionMode.INDEPENDENT)) {
			storm((key) -> this.transaction.execute((status) -> node.call(key, () -> act(key))));
			assertThat(effects()).isEqualTo(keysWithEffect());
			await().untilAsserted(() -> assertThat(node.inFlight()).isZero());
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("the pool is used up"))).singleElement()
			.asString()
			.contains("WARN", "@IdempotencyDataSource", "JOIN");
	}

	@Test
	void howLargeThePoolIsIsFoundOutOnce() {
		AtomicInteger asked = new AtomicInteger();
		IdempotencyStore store = new JdbcIdempotencyStore(this.pool, JdbcDialects.detect(this.pool),
				"idempotency_record", () -> 100 + asked.getAndIncrement());
		try (TestEngine node = node(store, TransactionMode.INDEPENDENT)) {
			node.call("outside", () -> "done");
			assertThat(asked).hasValue(0);
			for (String key : List.of("k-1", "k-2", "k-3")) {
				this.transaction.execute((status) -> node.call(key, () -> "done"));
			}
		}
		assertThat(asked).hasValue(1);
	}

	@Test
	void recordsWithAPoolOfTheirOwnNeverKeepTransactionsWaiting(CapturedOutput output) throws Exception {
		try (HikariDataSource own = this.database.pool(this.address, 2);
				TestEngine node = node(store(own, 2), TransactionMode.INDEPENDENT)) {
			storm((key) -> this.transaction.execute((status) -> node.call(key, () -> act(key))));
			assertThat(effects()).isEqualTo(keysWithEffect());
			await().untilAsserted(() -> assertThat(node.inFlight()).isZero());
			assertThat(own.getHikariPoolMXBean().getActiveConnections()).isZero();
		}
		assertThat(output).doesNotContain("the pool is used up");
	}

	@Test
	void aCompletionThatGetsNoConnectionIsMadeUpForInTheBackground() throws Exception {
		CountDownLatch taken = new CountDownLatch(1);
		CountDownLatch given = new CountDownLatch(1);
		try (TestEngine node = node(store(this.pool, 0), TransactionMode.INDEPENDENT)) {
			this.transaction.execute((status) -> {
				String result = node.call("k", () -> act("k"));
				// from now on the only other connection is somebody else's
				var unused = this.threads.submit(() -> this.transaction.execute((other) -> {
					act("other");
					taken.countDown();
					return awaitLatch(given);
				}));
				awaitLatch(taken);
				return result;
			});
			given.countDown();
			await().untilAsserted(() -> assertThat(node.inFlight()).isZero());
			assertThat(TestDatabase.number(this.pool, "SELECT status FROM idempotency_record")).isOne();
		}
		assertThat(effects()).isEqualTo(2);
	}

	private static boolean awaitLatch(CountDownLatch latch) {
		try {
			return latch.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private interface Call {

		String call(String key);

	}

}
