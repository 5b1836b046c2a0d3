package io.idempotent.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.AbandonedAttempt;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.Resolution;
import io.idempotent.TransactionMode;
import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.interceptor.RuleBasedTransactionAttribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * JOIN: duplicates that meet a transaction which is still open, on another node.
 */
@ParameterizedClass
@EnumSource(value = TestDatabase.class, names = { "H2", "POSTGRESQL", "MARIADB", "MYSQL" })
@Timeout(90)
class JoinDuplicateTests {

	private static Address address;

	@Parameter
	private TestDatabase database;

	private JoiningNode node;

	private JoiningNode other;

	private final String key = UUID.randomUUID().toString();

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CountDownLatch goOn = new CountDownLatch(1);

	@BeforeParameterizedClassInvocation
	static void create(TestDatabase database) {
		address = JoiningNode.create(database);
	}

	@BeforeEach
	void open() {
		this.node = new JoiningNode(this.database, address, 2);
		this.other = new JoiningNode(this.database, address, 8);
	}

	@AfterEach
	void close() {
		assertThat(this.node.engine.inFlight()).isZero();
		assertThat(this.node.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		this.node.close();
		this.other.close();
	}

	/** Is in the method, with its transaction open, until it may go on. */
	private FutureTask<String> otherIsBusy() throws InterruptedException {
		FutureTask<String> busy = JoiningNode.later(() -> this.other.engine.call(this.key, () -> {
			this.other.effect(this.key, "other");
			this.entered.countDown();
			this.goOn.await(60, TimeUnit.SECONDS);
			return "other";
		}));
		assertThat(this.entered.await(30, TimeUnit.SECONDS)).isTrue();
		return busy;
	}

	@Test
	void whoIsRefusedGoesOnWithItsTransaction() throws Exception {
		FutureTask<String> busy = otherIsBusy();
		this.node.transaction.executeWithoutResult((status) -> {
			this.node.effect("earlier " + this.key, "node");
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> this.node.submit(this.key, "node"));
			this.node.effect("later " + this.key, "node");
			assertThat(this.node.submit("another " + this.key, "node")).isEqualTo("node");
		});
		assertThat(this.node.effects("earlier " + this.key)).isEqualTo(1);
		assertThat(this.node.effects("later " + this.key)).isEqualTo(1);
		assertThat(this.node.effects("another " + this.key)).isEqualTo(1);
		assertThat(this.node.effects(this.key)).isZero();
		this.goOn.countDown();
		assertThat(busy.get(30, TimeUnit.SECONDS)).isEqualTo("other");
		assertThat(this.node.submit(this.key, "node")).isEqualTo("other");
		assertThat(this.node.effects(this.key)).isEqualTo(1);
	}

	@Test
	void whoIsRefusedWithoutATransactionLeavesNone() throws Exception {
		FutureTask<String> busy = otherIsBusy();
		assertThatExceptionOfType(OperationInProgressException.class)
			.isThrownBy(() -> this.node.submit(this.key, "node"));
		assertThat(this.node.pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		this.goOn.countDown();
		assertThat(busy.get(30, TimeUnit.SECONDS)).isEqualTo("other");
	}

	@Test
	void whoWaitsHoldsNoTransactionMeanwhileAndIsReplayed() throws Exception {
		this.node.engine.onInProgress = InProgressPolicy.WAIT;
		this.node.engine.waitTimeout = Duration.ofSeconds(60);
		FutureTask<String> busy = otherIsBusy();
		List<FutureTask<String>> waiting = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			waiting.add(JoiningNode.later(() -> this.node.submit(this.key, "node")));
		}
		await().until(() -> this.node.engine.inFlight() == 1);
		// if each of them held one of two connections there were none left
		for (int i = 0; i < 3; i++) {
			assertThat(this.node.submit(this.key + i, "node")).isEqualTo("node");
		}
		// a claim may take most of the time between two pauses
		await().atMost(Duration.ofSeconds(40))
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.node.pool.getHikariPoolMXBean().getActiveConnections() == 0);
		assertThat(waiting).noneMatch(FutureTask::isDone);
		this.goOn.countDown();
		assertThat(busy.get(30, TimeUnit.SECONDS)).isEqualTo("other");
		for (FutureTask<String> waiter : waiting) {
			assertThat(waiter.get(30, TimeUnit.SECONDS)).isEqualTo("other");
		}
		assertThat(this.node.effects(this.key)).isEqualTo(1);
	}

	@Test
	void whoWaitsForATransactionThatRollsBackRuns() throws Exception {
		this.node.engine.onInProgress = InProgressPolicy.WAIT;
		this.node.engine.waitTimeout = Duration.ofSeconds(60);
		FutureTask<String> busy = JoiningNode.later(() -> this.other.engine.call(this.key, () -> {
			this.other.effect(this.key, "in vain");
			this.entered.countDown();
			this.goOn.await(60, TimeUnit.SECONDS);
			throw new IllegalStateException("in vain");
		}));
		assertThat(this.entered.await(30, TimeUnit.SECONDS)).isTrue();
		FutureTask<String> waiting = JoiningNode.later(() -> this.node.submit(this.key, "node"));
		await().until(() -> this.node.engine.inFlight() == 1);
		this.goOn.countDown();
		assertThat(busy).failsWithin(Duration.ofSeconds(30));
		assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo("node");
		assertThat(this.node.effects(this.key)).isEqualTo(1);
	}

	@Test
	void whoWaitsInTheSameJvmHoldsNoConnection() throws Exception {
		this.other.engine.onInProgress = InProgressPolicy.WAIT;
		FutureTask<String> busy = otherIsBusy();
		List<FutureTask<String>> waiting = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			waiting.add(JoiningNode.later(() -> this.other.submit(this.key, "again")));
		}
		assertThat(this.other.submit("another " + this.key, "other")).isEqualTo("other");
		assertThat(this.other.pool.getHikariPoolMXBean().getActiveConnections()).isEqualTo(1);
		this.goOn.countDown();
		assertThat(busy.get(30, TimeUnit.SECONDS)).isEqualTo("other");
		for (FutureTask<String> waiter : waiting) {
			assertThat(waiter.get(30, TimeUnit.SECONDS)).isEqualTo("other");
		}
		assertThat(this.other.effects(this.key)).isEqualTo(1);
	}

	@Test
	void whatIsSeenOfAnotherNodeInTheSameTransactionIsNotGivenToOthers() throws Exception {
		try (TestEngine sibling = new TestEngine(this.database.store(this.node.pool))) {
			sibling.transaction = TransactionMode.JOIN;
			sibling.transactionManager = this.node.manager;
			this.node.transaction.executeWithoutResult((status) -> {
				assertThat(this.node.submit(this.key, "first")).isEqualTo("first");
				assertThat(sibling.call(this.key, () -> "second")).isEqualTo("first");
				status.setRollbackOnly();
			});
			assertThat(sibling.call(this.key, this.node.write(this.key, "third"))).isEqualTo("third");
		}
	}

	// isolation

	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.ISOLATION_READ_COMMITTED,
			TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	void noIsolationLevelLeadsToASecondEffect(int isolation) {
		boolean[] refused = new boolean[1];
		try {
			this.node.isolated(isolation).executeWithoutResult((status) -> {
				if (!readsLock(isolation)) {
					// from now on it may not see what others commit
					this.node.effects(this.key);
				}
				assertThat(JoiningNode.<String>elsewhere(() -> this.other.submit(this.key, "other")))
					.isEqualTo("other");
				try {
					assertThat(this.node.submit(this.key, "node")).isEqualTo("other");
				}
				catch (IdempotencyStoreException ex) {
					assertThat(ex.isRetryable()).isTrue();
					assertThat(ex.retryAfter()).isPositive();
					assertThat(status.isRollbackOnly()).isTrue();
					refused[0] = true;
				}
			});
		}
		catch (UnexpectedRollbackException ex) {
			assertThat(refused[0]).isTrue();
		}
		if (isolation == TransactionDefinition.ISOLATION_READ_COMMITTED) {
			assertThat(refused[0]).isFalse();
		}
		this.node.isolated(isolation)
			.executeWithoutResult((status) -> assertThat(this.node.submit(this.key, "node")).isEqualTo("other"));
		assertThat(this.node.effects(this.key)).isEqualTo(1);
		assertThat(this.node.records(this.key)).isEqualTo(1);
	}

	/**
	 * The business of the other node would wait for that of this one.
	 */
	private boolean readsLock(int isolation) {
		return isolation == TransactionDefinition.ISOLATION_SERIALIZABLE
				&& (this.database == TestDatabase.MARIADB || this.database == TestDatabase.MYSQL);
	}

	@ParameterizedTest
	@ValueSource(ints = { TransactionDefinition.ISOLATION_READ_COMMITTED,
			TransactionDefinition.ISOLATION_REPEATABLE_READ, TransactionDefinition.ISOLATION_SERIALIZABLE })
	void inAStormWithRollbacksThereIsOneEffectForEachRecord(int isolation) throws Exception {
		int keys = 25;
		this.node.close();
		this.node = new JoiningNode(this.database, address, 8);
		this.node.engine.localCache = false;
		AtomicInteger done = new AtomicInteger();
		List<FutureTask<Void>> threads = new ArrayList<>();
		for (int i = 0; i < 16; i++) {
			JoiningNode mine = (i % 2 == 0) ? this.node : this.other;
			threads.add(JoiningNode.later(() -> {
				for (int call = 0; call < 60; call++) {
					submitSomehow(mine, this.key + ThreadLocalRandom.current().nextInt(keys), isolation, done);
				}
				return null;
			}));
		}
		for (FutureTask<Void> thread : threads) {
			thread.get(80, TimeUnit.SECONDS);
		}
		assertThat(done).hasPositiveValue();
		assertThat(this.node.jdbc.queryForList("SELECT id FROM effect WHERE id LIKE ? GROUP BY id HAVING count(*) <> 1",
				this.key + "%"))
			.isEmpty();
		List<String> effects = this.node.jdbc.queryForList("SELECT id FROM effect WHERE id LIKE ?", String.class,
				this.key + "%");
		assertThat(effects).isNotEmpty();
		assertThat(this.node.jdbc.queryForList(
				"SELECT idem_key FROM idempotency_record WHERE idem_key LIKE ? AND status = 1", String.class,
				this.key + "%"))
			.containsExactlyInAnyOrderElementsOf(effects);
	}

	/** In a transaction of its own or of the caller, which may roll back. */
	private static void submitSomehow(JoiningNode node, String key, int isolation, AtomicInteger done) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		boolean vain = random.nextInt(3) == 0;
		try {
			if (random.nextBoolean()) {
				node.engine.call(node.operation("test", isolated(isolation)), key, () -> {
					node.effect(key, "own");
					if (vain) {
						throw new IllegalStateException("in vain");
					}
					return "own";
				});
			}
			else {
				node.isolated(isolation).executeWithoutResult((status) -> {
					node.submit(key, "joined");
					if (vain) {
						status.setRollbackOnly();
					}
				});
			}
			done.incrementAndGet();
		}
		catch (OperationInProgressException | IdempotencyStoreException ex) {
			assertThat(ex).extracting(IdempotencyException.class::cast)
				.returns(true, IdempotencyException::isRetryable);
		}
		catch (IllegalStateException ex) {
			assertThat(ex).hasMessage("in vain");
		}
		catch (ConcurrencyFailureException ex) {
			// the commit, or the business itself, lost against another transaction
			assertThat(isolation).isNotEqualTo(TransactionDefinition.ISOLATION_READ_COMMITTED);
		}
	}

	private static RuleBasedTransactionAttribute isolated(int isolation) {
		RuleBasedTransactionAttribute attribute = JoiningNode.required();
		attribute.setIsolationLevel(isolation);
		return attribute;
	}

	// what an attempt outside of transactions has left behind

	private void abandon() {
		try (TestEngine dead = new TestEngine(this.database.store(this.node.pool))) {
			Claim claim = new Claim(new Ownership(new RecordKey("", "test", this.key), UUID.randomUUID()), null,
					Duration.ofMillis(1), Duration.ofHours(1), null);
			assertThat(dead.store.claim(claim)).isInstanceOf(ClaimResult.Acquired.class);
			dead.store.abandon(claim.ownership());
		}
	}

	private void resolve(Resolution resolution) {
		this.node.engine.resolvers.add(new AbandonedExecutionResolver() {

			@Override
			public boolean supports(String operation) {
				return true;
			}

			@Override
			public Resolution resolve(AbandonedAttempt attempt) {
				return resolution;
			}

		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anAbandonedRecordIsHeldAndTheTransactionGoesOn(boolean own) {
		abandon();
		call(own, () -> assertThatExceptionOfType(OutcomeUnknownException.class)
			.isThrownBy(() -> this.node.submit(this.key, "no")));
		assertThat(this.node.effects(this.key)).isZero();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anAbandonedRecordIsTakenOverIfThePolicySaysSo(boolean own) {
		this.node.engine.onAbandoned = AbandonedPolicy.RETRY;
		abandon();
		call(own, () -> assertThat(this.node.submit(this.key, "second")).isEqualTo("second"));
		assertThat(this.node.effects(this.key)).isEqualTo(1);
		assertThat(this.node.records(this.key)).isEqualTo(1);
	}

	@Test
	void theResolverIsAskedWhileNoTransactionLocksTheRecord() {
		resolve(Resolution.completed("resolved"));
		abandon();
		assertThat(this.node.submit(this.key, "no")).isEqualTo("resolved");
		assertThat(this.node.effects(this.key)).isZero();
	}

	@Test
	void whatTheResolverSaysHasNotHappenedRuns() {
		resolve(Resolution.notExecuted());
		abandon();
		assertThat(this.node.submit(this.key, "second")).isEqualTo("second");
		assertThat(this.node.effects(this.key)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(value = AbandonedPolicy.class, names = { "HOLD", "RETRY" })
	void theResolverIsNotAskedInsideOfTheCallersTransactionWhichGoesOn(AbandonedPolicy policy) {
		this.node.engine.onAbandoned = policy;
		resolve(Resolution.completed("resolved"));
		abandon();
		this.node.transaction.executeWithoutResult((status) -> {
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> this.node.submit(this.key, "no"))
				.withMessageContaining("is not asked inside of a transaction");
			this.node.effect("later " + this.key, "node");
		});
		assertThat(this.node.effects("later " + this.key)).isEqualTo(1);
		assertThat(this.node.submit(this.key, "no")).isEqualTo("resolved");
	}

	private void call(boolean own, Runnable call) {
		if (own) {
			call.run();
		}
		else {
			this.node.transaction.executeWithoutResult((status) -> call.run());
		}
	}

}
