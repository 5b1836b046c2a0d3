package io.idempotent.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.engine.claim.Events;
import io.idempotent.engine.transaction.CommitFailureListener;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.support.SimpleTransactionStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

@Timeout(30)
class EngineTroubleTests {

	interface Around {

		void before(String verb, Object[] arguments) throws Exception;

	}

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final FakeTicker ticker = new FakeTicker();

	private final IdempotencyStore store = new MemoryIdempotencyStore(this.ticker);

	private final FaultyStore faulty = new FaultyStore(this.store);

	private final AtomicInteger runs = new AtomicInteger();

	@AfterEach
	void close() {
		this.threads.shutdownNow();
	}

	private static IdempotencyStore around(IdempotencyStore store, Around around) {
		return (IdempotencyStore) Proxy.newProxyInstance(EngineTroubleTests.class.getClassLoader(),
				new Class<?>[] { IdempotencyStore.class }, (proxy, method, arguments) -> {
					around.before(method.getName(), arguments);
					try {
						return method.invoke(store, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	private TestEngine node(IdempotencyStore store) {
		TestEngine node = new TestEngine(store);
		node.ticker = this.ticker;
		return node;
	}

	private String run() {
		return "run " + this.runs.incrementAndGet();
	}

	private void abandon(TestEngine node) {
		assertThatThrownBy(() -> node.call("k", () -> {
			throw new TimeoutException();
		})).isInstanceOf(TimeoutException.class);
	}

	@Test
	void anErrorInOneRenewalDoesNotEndAllRenewals() throws Exception {
		AtomicInteger renewals = new AtomicInteger();
		IdempotencyStore real = new MemoryIdempotencyStore(com.github.benmanes.caffeine.cache.Ticker.systemTicker());
		TestEngine node = new TestEngine(around(real, (verb, arguments) -> {
			if (verb.equals("renew") && renewals.incrementAndGet() == 1) {
				throw new NoClassDefFoundError("first renewal");
			}
		}));
		node.lease = Duration.ofMillis(600);
		Blocker<String> method = new Blocker<>();
		Future<String> first = this.threads.submit(() -> node.call("k", method));
		try {
			method.awaitEntered();
			await().atMost(Duration.ofSeconds(3)).until(() -> renewals.get() > 2);
		}
		finally {
			method.returns("x");
			first.get(5, TimeUnit.SECONDS);
			node.close();
		}
	}

	@Test
	void twoHangingCompletionsDoNotStopTheRenewalOfOthers() throws Exception {
		IdempotencyStore real = new MemoryIdempotencyStore(com.github.benmanes.caffeine.cache.Ticker.systemTicker());
		CountDownLatch open = new CountDownLatch(1);
		CountDownLatch hanging = new CountDownLatch(2);
		AtomicInteger renewals = new AtomicInteger();
		AtomicInteger completions = new AtomicInteger();
		TestEngine node = new TestEngine(around(real, (verb, arguments) -> {
			if (verb.equals("renew")) {
				renewals.incrementAndGet();
			}
			if (verb.equals("complete") && !((Ownership) arguments[0]).key().key().equals("c")) {
				if (completions.incrementAndGet() <= 2) {
					throw new IdempotencyStoreException("test", null, "away", null);
				}
				hanging.countDown();
				open.await();
			}
		}));
		node.lease = Duration.ofMillis(600);
		TestEngine other = new TestEngine(real);
		other.onAbandoned = AbandonedPolicy.RETRY;
		Blocker<String> method = new Blocker<>();
		Future<String> third = this.threads.submit(() -> node.call("c", method));
		try {
			method.awaitEntered();
			node.call("a", this::run);
			node.call("b", this::run);
			assertThat(hanging.await(5, TimeUnit.SECONDS)).isTrue();
			int before = renewals.get();
			// several times what a lease lasts
			await().atMost(Duration.ofSeconds(10)).until(() -> renewals.get() >= before + 6);
			assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> other.call("c", this::run));
		}
		finally {
			open.countDown();
			method.returns("x");
			try {
				third.get(5, TimeUnit.SECONDS);
			}
			catch (Exception ex) {
				// shown by the assertion
			}
			node.close();
			other.close();
		}
	}

	@Test
	void anErrorOfTheStoreAfterTheMethodHasReturnedIsMadeUpFor() {
		AtomicInteger completions = new AtomicInteger();
		try (TestEngine node = node(around(this.store, (verb, arguments) -> {
			if (verb.equals("complete") && completions.incrementAndGet() <= 2) {
				throw new NoClassDefFoundError("driver");
			}
		}))) {
			assertThat(node.call("k", this::run)).isEqualTo("run 1");
			await().ignoreExceptions()
				.atMost(Duration.ofSeconds(5))
				.untilAsserted(() -> assertThat(node.call("k", this::run)).isEqualTo("run 1"));
		}
	}

	@Test
	void anOutcomeWhoseConfirmationCameLateIsNotCachedBeyondItsTtl() {
		try (TestEngine node = node(this.faulty.store()); TestEngine other = node(this.store)) {
			node.ttl = Duration.ofSeconds(60);
			other.ttl = Duration.ofSeconds(60);
			this.faulty.loseReply("complete", 1);
			node.call("k", this::run);
			this.ticker.advance(Duration.ofSeconds(25)); // less than the lease
			await().ignoreExceptions().until(() -> "run 1".equals(node.call("k", this::run)));
			this.ticker.advance(Duration.ofSeconds(40));
			assertThat(other.call("k", this::run)).isEqualTo("run 2");
			assertThat(node.call("k", this::run)).isEqualTo("run 2");
		}
	}

	@Test
	void aStoreThatFailsDuringAResolutionIsStoreUnavailableInTheEvent() {
		for (String verb : List.of("reserve", "abandon", "settle")) {
			IdempotencyStore fresh = new MemoryIdempotencyStore(this.ticker);
			FaultyStore faulty = new FaultyStore(fresh);
			try (TestEngine node = node(faulty.store())) {
				node.resolvers.add(new TestResolver((attempt) -> io.idempotent.Resolution.completed("x")));
				abandon(node);
				faulty.failBefore(verb, 1);
				assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> node.call("k", this::run));
				assertThat(node.lastEvent().outcome()).as(verb).isEqualTo(IdempotencyOutcome.STORE_UNAVAILABLE);
				assertThat(node.lastEvent().source()).isEqualTo(IdempotencySource.STORE);
			}
		}
	}

	@Test
	void aRecordWhoseForgettingLostItsReplyIsForgottenOnThisNode() {
		try (TestEngine node = node(this.faulty.store())) {
			node.call("k", this::run);
			this.faulty.loseReply("forget", 1);
			assertThatThrownBy(() -> node.settlement().forget(node.settlement().find("", "test", "k").orElseThrow()))
				.isInstanceOf(IdempotencyStoreException.class);
			assertThat(node.call("k", this::run)).isEqualTo("run 2");
		}
	}

	@Test
	void aResolverThatAnswersNullDoesNotKnow() {
		AtomicInteger asked = new AtomicInteger();
		try (TestEngine node = node(this.store)) {
			node.resolvers.add(new TestResolver((attempt) -> {
				if (asked.incrementAndGet() > 1000) {
					throw new IllegalStateException("asked a thousand times");
				}
				return null;
			}));
			abandon(node);
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> node.call("k", this::run));
			assertThat(asked).hasValue(1);
		}
	}

	@Test
	void anErrorOfAListenerMasksNothing() {
		IdempotencyEvent event = new IdempotencyEvent("test", "", "k", IdempotencyOutcome.EXECUTED,
				IdempotencySource.NONE, 1, Duration.ZERO, null);
		AtomicInteger told = new AtomicInteger();
		new Events(List.of((e) -> {
			throw new NoClassDefFoundError("listener");
		}, (e) -> told.incrementAndGet())).publish(event);
		assertThat(told).hasValue(1);
	}

	@Test
	void anUncertainCommitIsRememberedAcrossANestedOperation() {
		TransactionExecution transaction = new SimpleTransactionStatus(true);
		try (TestEngine node = node(this.store)) {
			assertThatThrownBy(() -> node.call("outer", () -> {
				new CommitFailureListener().afterCommit(transaction, new IllegalStateException("connection lost"));
				node.call("audit", () -> "noted");
				throw new IllegalStateException("connection lost");
			})).isInstanceOf(IllegalStateException.class);
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> node.call("outer", this::run));
		}
	}

	@Test
	void anInterruptedThreadCompletesAsAnyOtherAndStaysInterrupted() {
		IdempotencyStore pooled = around(this.store, (verb, arguments) -> {
			if (Thread.interrupted()) {
				throw new SQLException("interrupted, as a connection pool would be");
			}
		});
		try (TestEngine node = node(pooled)) {
			assertThat(node.call("k", () -> {
				Thread.currentThread().interrupt();
				return run();
			})).isEqualTo("run 1");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(this.store.find(new RecordKey("", "test", "k"))).map(IdempotencyRecord::state)
				.contains(IdempotencyRecord.State.COMPLETED);
		}
	}

}
