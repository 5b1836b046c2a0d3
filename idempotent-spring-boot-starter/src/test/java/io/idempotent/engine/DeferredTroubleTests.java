package io.idempotent.engine;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.engine.claim.EngineThreads;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.AbstractReactiveTransactionManager;
import org.springframework.transaction.reactive.GenericReactiveTransaction;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import org.springframework.transaction.reactive.TransactionalOperator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What a caller of a method that returns a future sees when stages, stores, threads and
 * listeners behave badly.
 */
@Timeout(60)
class DeferredTroubleTests {

	private final IdempotencyStore store = new MemoryIdempotencyStore();

	private final FaultyStore faulty = new FaultyStore(this.store);

	private final TestEngine node = new TestEngine(this.faulty.store());

	private final TestEngine other = new TestEngine(this.store);

	private final AtomicInteger runs = new AtomicInteger();

	private final CompletableFuture<String> work = new CompletableFuture<>();

	private final CountDownLatch storeAnswers = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.storeAnswers.countDown();
		this.node.close();
		this.other.close();
	}

	private CompletableFuture<String> run() {
		return CompletableFuture.completedFuture("run " + this.runs.incrementAndGet());
	}

	private static <T> T get(CompletableFuture<T> future) throws Exception {
		return future.get(10, TimeUnit.SECONDS);
	}

	private static void fails(CompletableFuture<?> future, Class<? extends Throwable> type) {
		assertThatThrownBy(() -> get(future)).isInstanceOf(ExecutionException.class).cause().isInstanceOf(type);
	}

	private void hang() {
		try {
			assertThat(this.storeAnswers.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Object inside(String... fields) {
		Object part = this.node;
		for (String field : fields) {
			part = ReflectionTestUtils.getField(part, field);
		}
		return part;
	}

	@SuppressWarnings("unchecked")
	private static CompletionStage<String> stage(Map<String, ? extends Throwable> failures,
			CompletionStage<String> stage) {
		return (CompletionStage<String>) Proxy.newProxyInstance(DeferredTroubleTests.class.getClassLoader(),
				new Class<?>[] { CompletionStage.class }, (proxy, method, arguments) -> {
					if (failures.containsKey(method.getName())) {
						throw failures.get(method.getName());
					}
					return method.invoke(stage, arguments);
				});
	}

	@Test
	void aStageThatSaysNothingButItsResultReplays() throws Exception {
		assertThat(get(this.node.future("k", () -> {
			this.runs.incrementAndGet();
			return CompletableFuture.completedStage("done");
		}))).isEqualTo("done");
		assertThat(get(this.other.future("k", this::run))).isEqualTo("done");
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("l", work::minimalCompletionStage);
		work.complete("later");
		assertThat(get(first)).isEqualTo("later");
		assertThat(this.runs).hasValue(1);
		assertThat(this.node.inFlight()).isZero();
	}

	@Test
	void aStageThatIsNoFutureReplays() throws Exception {
		assertThat(get(this.node.future("k",
				() -> stage(Map.of("toCompletableFuture", new UnsupportedOperationException()), run()))))
			.isEqualTo("run 1");
		assertThat(get(this.other.future("k", this::run))).isEqualTo("run 1");
	}

	@Test
	void aStageThatCannotBeAskedIsAbandonedBecauseNobodyKnowsWhatBecomesOfIt() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		IllegalStateException broken = new IllegalStateException("broken stage");
		CompletableFuture<String> first = this.node.future("k", () -> {
			this.runs.incrementAndGet();
			return stage(Map.of("whenComplete", broken), new CompletableFuture<>());
		});
		assertThatThrownBy(() -> get(first)).cause().isSameAs(broken);
		assertThat(this.node.inFlight()).isZero();
		fails(this.other.future("k", this::run), OutcomeUnknownException.class);
		assertThat(this.node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.FAILURE_UNKNOWN);
		assertThat(this.runs).hasValue(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "cancel", "orTimeout", "complete", "completeExceptionally" })
	void waitersWhoseFutureWasCompletedByTheirCallerRunNothingAfterwards(String how) {
		this.node.onInProgress = InProgressPolicy.WAIT;
		this.other.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		for (TestEngine engine : List.of(this.node, this.other)) {
			CompletableFuture<String> waiter = engine.future("k", this::run);
			switch (how) {
				case "cancel" -> waiter.cancel(true);
				case "orTimeout" -> fails(waiter.orTimeout(1, TimeUnit.MILLISECONDS), TimeoutException.class);
				case "complete" -> waiter.complete("mine");
				default -> waiter.completeExceptionally(new IllegalStateException("mine"));
			}
		}
		await().until(() -> this.other.events.size() == 1);
		work.completeExceptionally(new IllegalStateException());
		fails(first, IllegalStateException.class);
		await().until(() -> this.node.events.size() == 2);
		assertThat(this.runs).hasValue(0);
		assertThat(this.node.inFlight() + this.other.inFlight()).isZero();
	}

	@Test
	void aWaiterIsAnsweredWhenItsApplicationStops() throws Exception {
		this.other.onInProgress = InProgressPolicy.WAIT;
		this.other.waitTimeout = Duration.ofMillis(300);
		CompletableFuture<String> first = this.node.future("k", CompletableFuture::new);
		CompletableFuture<String> waiter = this.other.future("k", this::run);
		CompletableFuture<String> follower = this.other.future("k", this::run);
		this.other.close();
		fails(waiter, OperationInProgressException.class);
		fails(follower, OperationInProgressException.class);
		assertThat(first).isNotDone();
		assertThat(this.other.events).hasSize(2);
		assertThat(this.other.inFlight()).isZero();
	}

	@Test
	void repeatedStepsThatHangDoNotKeepAWaiterBeyondItsTime() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		this.node.waitTimeout = Duration.ofMillis(300);
		CountDownLatch hanging = new CountDownLatch(2);
		CompletableFuture<String> elsewhere = this.other.future("k", CompletableFuture::new);
		this.faulty.failBefore("complete", 2);
		this.faulty.afterwards("complete", () -> {
			hanging.countDown();
			hang();
		});
		List.of("a", "b").forEach((key) -> assertThat(this.node.future(key, this::run)).isCompleted());
		await().until(() -> hanging.getCount() == 0);
		fails(this.node.future("k", this::run), OperationInProgressException.class);
		assertThat(elsewhere).isNotDone();
	}

	@Test
	void aStoreThatKeepsAllWorkersBusyDoesNotKeepAWaiterBeyondItsTime() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		this.node.waitTimeout = Duration.ofMillis(100);
		CountDownLatch hanging = new CountDownLatch(16);
		this.faulty.afterwards("complete", () -> {
			hanging.countDown();
			hang();
		});
		CompletableFuture<String> work = new CompletableFuture<>();
		List<CompletableFuture<String>> busy = new ArrayList<>();
		for (int i = 0; i < 16; i++) {
			busy.add(this.node.future("busy " + i, () -> work));
		}
		CompletableFuture<String> first = this.node.future("k", CompletableFuture::new);
		work.complete("done");
		await().until(() -> hanging.getCount() == 0);
		fails(this.node.future("k", this::run), OperationInProgressException.class);
		assertThat(first).isNotDone();
		assertThat(busy).noneMatch(CompletableFuture::isDone);
	}

	@Test
	void allWorkersBusyWithTheStoreDoNotStopTheRenewals() throws Exception {
		this.node.lease = Duration.ofMillis(900);
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		CountDownLatch hanging = new CountDownLatch(16);
		this.faulty.afterwards("complete", () -> {
			hanging.countDown();
			hang();
		});
		CompletableFuture<String> work = new CompletableFuture<>();
		for (int i = 0; i < 16; i++) {
			assertThat(this.node.future("busy " + i, () -> work)).isNotDone();
		}
		CompletableFuture<String> first = this.node.future("k", CompletableFuture::new);
		work.complete("done");
		await().until(() -> hanging.getCount() == 0);
		int renewals = this.faulty.calls("renew");
		await().until(() -> this.faulty.calls("renew") > renewals + 3);
		fails(this.other.future("k", this::run), OperationInProgressException.class);
		assertThat(first).isNotDone();
	}

	@Test
	void whereNoThreadCanBeStartedNobodyIsLeftWaiting() throws Exception {
		this.node.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		CompletableFuture<String> second = this.node.future("k", this::run);
		for (Object pool : List.of(inside("engine", "threads", "workers"), inside("engine", "threads", "callers"))) {
			((ThreadPoolExecutor) pool).setThreadFactory((task) -> {
				throw new OutOfMemoryError("unable to create native thread, says the test");
			});
		}
		work.complete("done");
		assertThat(get(first)).isEqualTo("done");
		assertThat(get(second)).isEqualTo("done");
		assertThat(this.node.inFlight()).isZero();
		assertThat(get(this.other.future("k", this::run))).isEqualTo("done");
	}

	@Test
	void aTaskThatFailsIsNotRunAgain() {
		AtomicInteger tasks = new AtomicInteger();
		for (Throwable failure : List.of(new OutOfMemoryError("heap"), new RejectedExecutionException())) {
			assertThatThrownBy(() -> EngineThreads.execute(Runnable::run, () -> {
				tasks.incrementAndGet();
				throw sneaky(failure);
			})).isSameAs(failure);
		}
		assertThat(tasks).hasValue(2);
	}

	@Test
	void aListenerThatThrowsWhatItMayNotChangesNothing() throws Exception {
		IdempotencyListener listener = (event) -> {
			throw sneaky(new IOException("audit"));
		};
		assertThat(this.node.settlement()).isNotNull();
		ReflectionTestUtils.setField(inside("engine", "events"), "listeners",
				List.of(listener, (IdempotencyListener) this.node.events::add));
		assertThat(get(this.node.future("k", this::run))).isEqualTo("run 1");
		assertThat(this.node.call("l", () -> "blocking")).isEqualTo("blocking");
		assertThat(this.node.events).extracting(IdempotencyEvent::outcome)
			.containsExactly(IdempotencyOutcome.EXECUTED, IdempotencyOutcome.EXECUTED);
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> RuntimeException sneaky(Throwable failure) throws X {
		throw (X) failure;
	}

	@Test
	void nothingOfTheCallerForWhomAThreadWasStartedStaysWithTheThread() throws Exception {
		InheritableThreadLocal<String> user = new InheritableThreadLocal<>();
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> seen = this.node.future("k", () -> work)
			.thenApply((value) -> value + " for " + user.get() + " on " + Thread.currentThread().getName());
		user.set("kate");
		try {
			work.complete("done");
			assertThat(get(seen)).startsWith("done for null on idempotent-");
		}
		finally {
			user.remove();
		}
	}

	@Test
	void waitersWhoseTimeIsOverLeaveNothingBehind() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		this.node.waitTimeout = Duration.ofMillis(20);
		CompletableFuture<String> first = this.node.future("k", CompletableFuture::new);
		List<CompletableFuture<String>> waiters = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			waiters.add(this.node.future("k", this::run));
		}
		assertThat(waiters).allSatisfy((waiter) -> fails(waiter, OperationInProgressException.class));
		Map<?, ?> entries = (Map<?, ?>) inside("engine", "calls", "entries");
		CompletableFuture<?> end = (CompletableFuture<?>) ReflectionTestUtils
			.getField(entries.values().iterator().next(), "end");
		assertThat(end.getNumberOfDependents()).isLessThan(10);
		assertThat(first).isNotDone();
	}

	@Test
	@SuppressWarnings("unchecked")
	void nothingIsFinishedByAReactiveTransactionThatRollsBack() {
		Mono<String> guarded = (Mono<String>) this.node.defer("mono",
				ResolvableType.forClassWithGenerics(Mono.class, String.class), "k", null,
				() -> Mono.fromCallable(() -> "run " + this.runs.incrementAndGet()));
		TransactionalOperator transaction = TransactionalOperator.create(new NoReactiveTransactions());
		assertThatThrownBy(() -> transaction.transactional(guarded.then(Mono.error(new IOException("rolls back"))))
			.block(Duration.ofSeconds(10))).isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("'mono'")
			.hasMessageContaining("reactive transaction");
		assertThat(this.runs).hasValue(0);
		assertThat(this.node.events).hasSize(1);
		assertThat(transaction.transactional(Mono.just("outside")).then(guarded).block(Duration.ofSeconds(10)))
			.isEqualTo("run 1");
	}

	@Test
	void eachEndOfACallIsToldOnce() throws Exception {
		FakeTicker ticker = new FakeTicker();
		FaultyStore faulty = new FaultyStore(new MemoryIdempotencyStore(ticker));
		TestEngine node = new TestEngine(faulty.store());
		TestEngine other = new TestEngine(faulty.store());
		node.ticker = ticker;
		other.ticker = ticker;
		node.recordFailures = Set.of(IllegalArgumentException.class);
		other.onAbandoned = AbandonedPolicy.RETRY;
		List<String> told = new ArrayList<>();
		tell(told, node, node.future(String.class, "k", "a", this::run));
		tell(told, node, node.future(String.class, "k", "a", this::run));
		tell(told, node, node.future(String.class, "k", "b", this::run));
		assertThat(get(other.future(String.class, "l", "a", this::run))).isNotNull();
		tell(told, node, node.future(String.class, "l", "b", this::run));
		tell(told, node, node.future(String.class, "l", "a", this::run));
		assertThat(get(other.future("n", this::run))).isNotNull();
		tell(told, node, node.future("n", this::run));
		CompletableFuture<String> elsewhere = other.future("m", CompletableFuture::new);
		tell(told, node, node.future("m", this::run));
		for (Throwable failure : List.of(new IllegalArgumentException(), new IllegalStateException(),
				new TimeoutException())) {
			CompletableFuture<String> work = new CompletableFuture<>();
			CompletableFuture<String> future = node.future(failure.getClass().getName(), () -> work);
			tell(told, node, node.future(failure.getClass().getName(), this::run));
			work.completeExceptionally(failure);
			tell(told, node, future);
		}
		tell(told, node, node.future(IllegalArgumentException.class.getName(), this::run));
		tell(told, node, node.future(TimeoutException.class.getName(), this::run));
		faulty.failBefore("claim", 2);
		tell(told, node, node.future("away", this::run));
		tell(told, node, node.future(" ", this::run));
		CompletableFuture<String> late = new CompletableFuture<>();
		CompletableFuture<String> stalled = node.future("stalled", () -> late);
		ticker.advance(Duration.ofSeconds(31));
		assertThat(get(other.future("stalled", this::run))).startsWith("run");
		late.complete("too late");
		tell(told, node, stalled);
		CompletableFuture<String> cancelled = node.future("cancelled", () -> this.work);
		assertThat(cancelled.cancel(true)).isTrue();
		this.work.complete("done");
		tell(told, node, cancelled);
		assertThat(told).containsExactly("EXECUTED NONE", "REPLAYED LOCAL", "KEY_REUSED LOCAL", "KEY_REUSED STORE",
				"REPLAYED LOCAL", "REPLAYED STORE", "IN_PROGRESS STORE", "IN_PROGRESS IN_FLIGHT",
				"FAILURE_RECORDED NONE", "IN_PROGRESS IN_FLIGHT", "FAILED NONE", "IN_PROGRESS IN_FLIGHT",
				"FAILURE_UNKNOWN NONE", "FAILURE_REPLAYED LOCAL", "OUTCOME_UNKNOWN STORE", "STORE_UNAVAILABLE STORE",
				"KEY_MISSING NONE", "OWNERSHIP_LOST NONE", "EXECUTED NONE");
		assertThat(elsewhere).isNotDone();
		node.close();
		other.close();
	}

	private static void tell(List<String> told, TestEngine node, CompletableFuture<String> call) {
		assertThat(call.handle((value, failure) -> true).orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
		await().until(() -> node.events.size() > told.size());
		IdempotencyEvent event = node.lastEvent();
		told.add(event.outcome() + " " + event.source());
		assertThat(node.events).as("events until " + told).hasSameSizeAs(told);
	}

	/** Begins and ends nothing. */
	private static final class NoReactiveTransactions extends AbstractReactiveTransactionManager {

		@Override
		protected Object doGetTransaction(TransactionSynchronizationManager manager) {
			return new Object();
		}

		@Override
		protected Mono<Void> doBegin(TransactionSynchronizationManager manager, Object transaction,
				TransactionDefinition definition) {
			return Mono.empty();
		}

		@Override
		protected Mono<Void> doCommit(TransactionSynchronizationManager manager, GenericReactiveTransaction status) {
			return Mono.empty();
		}

		@Override
		protected Mono<Void> doRollback(TransactionSynchronizationManager manager, GenericReactiveTransaction status) {
			return Mono.empty();
		}

	}

}
