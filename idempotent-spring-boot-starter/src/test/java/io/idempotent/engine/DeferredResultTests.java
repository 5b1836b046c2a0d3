package io.idempotent.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.OwnershipLostException;
import io.idempotent.AbandonedPolicy;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What a caller of a method that returns a future sees. Nearly everything happens on the
 * thread of the test: what waited there would never end.
 */
@ParameterizedClass(name = "local cache {0}")
@ValueSource(booleans = { true, false })
@Timeout(60)
class DeferredResultTests {

	private final IdempotencyStore store = new MemoryIdempotencyStore();

	private final FaultyStore faulty = new FaultyStore(this.store);

	private final TestEngine node = new TestEngine(this.faulty.store());

	private final TestEngine other = new TestEngine(this.store);

	private final AtomicInteger runs = new AtomicInteger();

	private final boolean localCache;

	DeferredResultTests(boolean localCache) {
		this.localCache = localCache;
	}

	@BeforeEach
	void configure() {
		for (TestEngine engine : List.of(this.node, this.other)) {
			engine.localCache = this.localCache;
			engine.recordFailures = Set.of(IllegalArgumentException.class);
		}
	}

	@AfterEach
	void close() {
		this.node.close();
		this.other.close();
	}

	private CompletableFuture<String> run() {
		return CompletableFuture.completedFuture("run " + this.runs.incrementAndGet());
	}

	private static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw new CompletionException(ex.getCause());
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("the future is not completed", ex);
		}
	}

	private static void fails(CompletableFuture<?> future, Class<? extends Throwable> type) {
		assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class)
			.cause()
			.isInstanceOf(type);
	}

	private void refusedElsewhere(Class<? extends Throwable> type) {
		fails(this.other.future("k", this::run), type);
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void duplicatesHereAndElsewhereGetTheResultThatCame() {
		assertThat(get(this.node.future("k", this::run))).isEqualTo("run 1");
		assertThat(get(this.node.future("k", this::run))).isEqualTo("run 1");
		assertThat(get(this.other.future("k", this::run))).isEqualTo("run 1");
	}

	@Test
	void theRecordIsNotFinishedBeforeTheResultHasCome() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		refusedElsewhere(OperationInProgressException.class);
		fails(this.node.future("k", this::run), OperationInProgressException.class);
		assertThat(first).isNotDone();
		work.complete("done");
		assertThat(get(first)).isEqualTo("done");
		assertThat(get(this.other.future("k", this::run))).isEqualTo("done");
	}

	@Test
	void whatHasComeWhenTheMethodReturnsIsRecordedByItsCaller() {
		assertThat(this.node.future("k", this::run)).isCompletedWithValue("run 1");
		assertThat(this.node.future("k", this::run)).isCompletedWithValue("run 1");
	}

	@Test
	void aFailureThatIsNotRecordedReleases() {
		IllegalStateException failure = new IllegalStateException("declined");
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work.thenApply((value) -> value + "!"));
		work.completeExceptionally(failure);
		assertThatThrownBy(() -> first.get(20, TimeUnit.SECONDS)).cause().isSameAs(failure);
		assertThat(get(this.other.future("k", this::run))).isEqualTo("run 1");
	}

	@Test
	void aRecordedFailureIsReplayedThroughTheFuture() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work.thenApply((value) -> value + "!"));
		work.completeExceptionally(new IllegalArgumentException("declined"));
		fails(first, IllegalArgumentException.class);
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatThrownBy(() -> engine.future("k", this::run).get(20, TimeUnit.SECONDS)).cause()
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessage("declined");
		}
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void anAmbiguousFailureAbandons() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		work.completeExceptionally(new IllegalStateException(new TimeoutException()));
		fails(first, IllegalStateException.class);
		refusedElsewhere(OutcomeUnknownException.class);
	}

	@Test
	void aMethodThatCancelsItsOwnFutureAbandons() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		work.cancel(false);
		assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> first.get(20, TimeUnit.SECONDS));
		refusedElsewhere(OutcomeUnknownException.class);
	}

	@Test
	void aCallerThatCancelsNeitherReleasesNorStopsTheMethod() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		assertThat(first.cancel(true)).isTrue();
		assertThat(work).isNotDone();
		refusedElsewhere(OperationInProgressException.class);
		work.complete("done");
		await().untilAsserted(() -> assertThat(get(this.other.future("k", this::run))).isEqualTo("done"));
	}

	@Test
	void aResultThatNeverComesIsAbandonedAfterTheMaxLease() {
		this.node.lease = Duration.ofMillis(60);
		this.node.maxLease = Duration.ofMillis(600);
		long startedAt = System.nanoTime();
		CompletableFuture<String> first = this.node.future("k", CompletableFuture::new);
		await().until(() -> {
			try {
				get(this.other.future("k", this::run));
				throw new AssertionError("ran again");
			}
			catch (CompletionException ex) {
				return ex.getCause() instanceof OutcomeUnknownException;
			}
		});
		assertThat(Duration.ofNanos(System.nanoTime() - startedAt)).isGreaterThan(Duration.ofMillis(500));
		// its own node notices a little later that it is not renewed any more
		await().untilAsserted(() -> fails(this.node.future("k", this::run), OutcomeUnknownException.class));
		assertThat(first).isNotDone();
	}

	@Test
	void aResultThatComesAfterATakeoverIsRefused() {
		this.node.lease = Duration.ofMillis(30);
		this.node.maxLease = Duration.ofMillis(30);
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		await().untilAsserted(() -> assertThat(get(this.other.future("k", this::run))).isEqualTo("run 1"));
		work.complete("too late");
		fails(first, OwnershipLostException.class);
		assertThat(get(this.node.future("k", this::run))).isEqualTo("run 1");
	}

	@Test
	void aHundredWaitersGetFuturesAndOccupyNoThread() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> work = new CompletableFuture<>();
		List<CompletableFuture<String>> answers = new ArrayList<>();
		answers.add(this.node.future("k", () -> work));
		int threads = Thread.activeCount();
		for (int i = 0; i < 100; i++) {
			answers.add(this.node.future("k", this::run));
		}
		assertThat(Thread.activeCount()).isLessThan(threads + 10);
		assertThat(answers).noneMatch(CompletableFuture::isDone);
		work.complete("done");
		assertThat(answers).allSatisfy((answer) -> assertThat(get(answer)).isEqualTo("done"));
		assertThat(this.faulty.calls("claim")).isEqualTo(1);
	}

	@Test
	void waitersElsewhereGetAFutureAtOnce() {
		this.other.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		CompletableFuture<String> second = this.other.future("k", this::run);
		CompletableFuture<String> third = this.other.future("k", this::run);
		assertThat(second).isNotDone();
		work.complete("done");
		assertThat(List.of(first, second, third)).allSatisfy((answer) -> assertThat(get(answer)).isEqualTo("done"));
	}

	@Test
	void aWaiterWhoseTimeIsOverIsToldThroughItsFuture() {
		for (TestEngine engine : List.of(this.node, this.other)) {
			engine.onInProgress = InProgressPolicy.WAIT;
			engine.waitTimeout = Duration.ofMillis(50);
		}
		CompletableFuture<String> first = this.node.future("k", CompletableFuture::new);
		fails(this.node.future("k", this::run), OperationInProgressException.class);
		fails(this.other.future("k", this::run), OperationInProgressException.class);
		assertThat(first).isNotDone();
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void ofWaitersWhoseExecutionWasReleasedOneRunsForAll() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		List<CompletableFuture<String>> waiters = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			waiters.add(this.node.future("k", this::run));
		}
		work.completeExceptionally(new IllegalStateException());
		fails(first, IllegalStateException.class);
		assertThat(waiters).allSatisfy((waiter) -> assertThat(get(waiter)).isEqualTo("run 1"));
	}

	@Test
	void waitersThatCancelledRunNothingAfterwards() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		this.other.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		CompletableFuture<String> here = this.node.future("k", this::run);
		CompletableFuture<String> elsewhere = this.other.future("k", this::run);
		assertThat(here.cancel(true) && elsewhere.cancel(true)).isTrue();
		await().until(() -> this.other.events.size() == 1);
		work.completeExceptionally(new IllegalStateException());
		fails(first, IllegalStateException.class);
		await().until(() -> this.node.events.size() == 2);
		assertThat(this.runs).hasValue(0);
		assertThat(get(this.node.future("k", this::run))).isEqualTo("run 1");
	}

	@Test
	void aDuplicateWithAnotherPayloadIsRefusedWhileTheResultIsStillToCome() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> first = this.node.future(String.class, "k", "a", CompletableFuture::new);
		fails(this.node.future(String.class, "k", "b", this::run), IdempotencyKeyReusedException.class);
		assertThat(first).isNotDone();
	}

	@Test
	void aCallFromInsideOfItsOwnExecutionIsRefusedAndFromOutsideAnOrdinaryDuplicate() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> work = new CompletableFuture<>();
		AtomicReference<CompletableFuture<String>> inner = new AtomicReference<>();
		CompletableFuture<String> first = this.node.future("k", () -> {
			inner.set(this.node.future("k", this::run));
			return work;
		});
		fails(inner.get(), OperationInProgressException.class);
		CompletableFuture<String> outside = this.node.future("k", this::run);
		work.complete("done");
		assertThat(get(first)).isEqualTo("done");
		assertThat(get(outside)).isEqualTo("done");
	}

	@Test
	void refusalsComeThroughTheFuture() {
		fails(this.node.future(" ", this::run), MissingIdempotencyKeyException.class);
		this.faulty.failBefore("claim", 2);
		fails(this.node.future("k", this::run), IdempotencyStoreException.class);
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void whatTheMethodThrowsComesThroughTheFutureAndReleases() {
		fails(this.node.future("k", () -> {
			throw new InterruptedException();
		}), InterruptedException.class);
		fails(this.node.future("l", () -> {
			throw new IllegalStateException();
		}), IllegalStateException.class);
		fails(this.other.future("k", this::run), OutcomeUnknownException.class);
		assertThat(get(this.other.future("l", this::run))).isEqualTo("run 1");
	}

	@Test
	void aMethodThatReturnsNoFutureHasFinishedWithNull() {
		assertThat(get(this.node.future("k", () -> null))).isNull();
		assertThat(get(this.other.future("k", this::run))).isNull();
	}

	@Test
	void aResultIsGivenToItsCallerAndRecordedLaterIfTheStoreIsAway() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		this.faulty.failBefore("complete", 3);
		work.complete("done");
		assertThat(get(first)).isEqualTo("done");
		this.other.onInProgress = InProgressPolicy.WAIT;
		assertThat(get(this.other.future("k", this::run))).isEqualTo("done");
	}

	@Test
	void eachCallHasOneEvent() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		CompletableFuture<String> second = this.node.future("k", this::run);
		assertThat(this.node.events).isEmpty();
		work.complete("done");
		get(first);
		get(second);
		fails(this.node.future("", this::run), MissingIdempotencyKeyException.class);
		assertThat(this.node.events).extracting(IdempotencyEvent::outcome)
			.containsExactlyInAnyOrder(IdempotencyOutcome.EXECUTED, IdempotencyOutcome.REPLAYED,
					IdempotencyOutcome.KEY_MISSING);
	}

	@Test
	void theContextIsBoundWhileTheMethodStartsAndNotAfterwards() {
		AtomicReference<IdempotencyContext> seen = new AtomicReference<>();
		assertThat(get(this.node.future("k", () -> {
			IdempotencyContext context = IdempotencyContext.current().orElseThrow();
			seen.set(context);
			return CompletableFuture.supplyAsync(
					() -> context.keyFor("x").equals(seen.get().keyFor("x")) && IdempotencyContext.current().isEmpty()
							? "unbound" : "bound");
		}))).isEqualTo("unbound");
		assertThat(seen.get().key()).isEqualTo("k");
		assertThat(IdempotencyContext.current()).isEmpty();
	}

	@Test
	void nobodyGetsTheMutableValueOfAnother() {
		for (int i = 0; i < 3; i++) {
			String[] value = get(this.node.future(String[].class, "k", null,
					() -> CompletableFuture.completedFuture(new String[] { "a" })));
			assertThat(value).containsExactly("a");
			value[0] = "changed";
		}
	}

	@Test
	void continuationsThatWaitForOtherResultsStarveNobody() {
		int count = 60;
		CompletableFuture<String> work = new CompletableFuture<>();
		CountDownLatch inside = new CountDownLatch(count);
		List<CompletableFuture<String>> answers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int key = i;
			answers.add(this.node.future("outer" + key, () -> work).thenApply((value) -> {
				inside.countDown();
				try {
					inside.await(20, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				return get(this.node.future("inner" + key, () -> CompletableFuture.supplyAsync(() -> value)));
			}));
		}
		work.complete("done");
		assertThat(answers).allSatisfy((answer) -> assertThat(get(answer)).isEqualTo("done"));
		assertThat(inside.getCount()).isZero();
	}

	@Test
	void aResultThatComesAfterTheEndOfTheApplicationKeepsNobodyWaiting() {
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = this.node.future("k", () -> work);
		this.node.close();
		work.complete("done");
		assertThat(get(first)).isEqualTo("done");
		assertThat(get(this.other.future("k", this::run))).isEqualTo("done");
	}

	@Test
	void anExecutionElsewhereIsShownAsInProgress() {
		CompletableFuture<String> first = this.node.future("k", CompletableFuture::new);
		assertThat(this.other.settlement().find("", "test", "k")).map(IdempotencyRecord::attempt).hasValue(1L);
		assertThat(first).isNotDone();
	}

}
