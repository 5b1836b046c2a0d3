package io.idempotent.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySettlement.Answer;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.IdempotentResult;
import io.idempotent.InProgressPolicy;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.OwnershipLostException;
import io.idempotent.RecordedFailureException;
import io.idempotent.Resolution;
import io.idempotent.ResultUnavailableException;
import io.idempotent.engine.operation.Operation;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * What a caller sees, with and without the local cache.
 */
@ParameterizedClass(name = "local cache {0}")
@ValueSource(booleans = { true, false })
class EngineTests {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final FakeTicker ticker = new FakeTicker();

	private final IdempotencyStore store = new MemoryIdempotencyStore(this.ticker);

	private final FaultyStore faulty = new FaultyStore(this.store);

	private final TestEngine node = new TestEngine(this.faulty.store());

	private final TestEngine other = new TestEngine(this.store);

	private final AtomicInteger runs = new AtomicInteger();

	private final boolean localCache;

	EngineTests(boolean localCache) {
		this.localCache = localCache;
	}

	@BeforeEach
	void configure() {
		for (TestEngine engine : List.of(this.node, this.other)) {
			engine.ticker = this.ticker;
			engine.localCache = this.localCache;
		}
	}

	@AfterEach
	void close() {
		this.node.close();
		this.other.close();
		this.threads.shutdownNow();
	}

	private static void fails(Class<? extends Throwable> type, ThrowingCallable call) {
		assertThatThrownBy(call).isExactlyInstanceOf(type);
	}

	private String run() {
		return "run " + this.runs.incrementAndGet();
	}

	@Test
	void aDuplicateGetsTheResultOfTheFirstCallAndRunsNothing() {
		IdempotentResult<String> first = this.node.call(String.class, "k", null, this::run);
		IdempotentResult<String> second = this.node.call(String.class, "k", null, this::run);
		assertThat(first.replayed()).isFalse();
		assertThat(second.replayed()).isTrue();
		assertThat(second.value()).isEqualTo(first.value()).isEqualTo("run 1");
		assertThat(second.attempt()).isEqualTo(1);
	}

	@Test
	void aDuplicateOnAnotherNodeGetsTheResultOfTheFirstCall() {
		assertThat(this.node.call("k", this::run)).isEqualTo("run 1");
		assertThat(this.other.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void aLocalReplayDoesNotAskTheStore() {
		this.node.call("k", this::run);
		this.node.call("k", this::run);
		assertThat(this.faulty.calls("claim")).isEqualTo(this.localCache ? 1 : 2);
		assertThat(this.node.lastEvent().source())
			.isEqualTo(this.localCache ? IdempotencySource.LOCAL : IdempotencySource.STORE);
	}

	@Test
	void anExpiredOutcomeRunsAgain() {
		this.node.ttl = Duration.ofMinutes(5);
		this.node.call("k", this::run);
		this.ticker.advance(Duration.ofMinutes(5).plusSeconds(1));
		assertThat(this.node.call("k", this::run)).isEqualTo("run 2");
	}

	@Test
	void theTtlCountsFromTheCompletionAndNeverEndsALiveExecution() throws Exception {
		this.node.ttl = Duration.ofSeconds(1);
		this.node.lease = Duration.ofMinutes(5);
		this.node.call("k", () -> {
			this.ticker.advance(Duration.ofSeconds(100));
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> this.other.call("k", this::run));
			return run();
		});
		assertThat(this.other.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void voidAndNullAreOutcomes() {
		assertThat(this.node.call(Void.class, "v", () -> {
			run();
			return null;
		})).isNull();
		assertThat(this.node.call(Void.class, "v", () -> null)).isNull();
		assertThat(this.other.call(Void.class, "v", () -> null)).isNull();
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void keysThatDifferInCaseOrTrailingSpaceAreDifferent() {
		for (String key : List.of("abc", "ABC", "abc ")) {
			this.node.call(key, this::run);
		}
		assertThat(this.runs).hasValue(3);
	}

	@Test
	void compositeKeysAreNotTheirConcatenation() {
		this.node.call(List.of("a", "b:c"), this::run);
		this.node.call(List.of("a:b", "c"), this::run);
		assertThat(this.runs).hasValue(2);
		this.node.call(new Object[] { "a", "b:c" }, this::run);
		assertThat(this.runs).hasValue(2);
	}

	@Test
	void aNullEmptyOrBlankKeyIsRefusedAndNothingRuns() {
		List<Object> keys = new ArrayList<>(List.of("", "  ", List.of(), List.of("a", "")));
		keys.add(null);
		for (Object key : keys) {
			assertThatExceptionOfType(MissingIdempotencyKeyException.class)
				.isThrownBy(() -> this.node.call(String.class, key, null, this::run))
				.withMessageContaining("expression '#key'");
			assertThat(this.node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.KEY_MISSING);
		}
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void zeroAndFalseAreKeys() {
		this.node.call(0, this::run);
		this.node.call(false, this::run);
		assertThat(this.runs).hasValue(2);
	}

	@Test
	void aKeyThatNoStoreCouldKeepApartIsRefused() {
		for (Object key : List.of("x".repeat(256), "a\0b", "lone \uD800", new Object())) {
			assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
				.isThrownBy(() -> this.node.call(key, this::run));
		}
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void aKeyWithAnotherPayloadIsRefusedAfterTheFirstHasFinished() {
		this.node.call(String.class, "k", "one", this::run);
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatExceptionOfType(IdempotencyKeyReusedException.class)
				.isThrownBy(() -> engine.call(String.class, "k", "two", this::run));
			assertThat(engine.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.KEY_REUSED);
		}
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void aKeyWithAnotherPayloadIsRefusedWhileTheFirstIsInProgress() throws Exception {
		Blocker<String> blocker = new Blocker<>();
		Future<?> first = this.threads.submit(() -> this.node.call(String.class, "k", "one", blocker));
		blocker.awaitEntered();
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatExceptionOfType(IdempotencyKeyReusedException.class)
				.isThrownBy(() -> engine.call(String.class, "k", "two", this::run));
		}
		blocker.returns("x");
		first.get();
	}

	@Test
	void aKeyWithAnotherPayloadIsRefusedWhileTheRecordIsAbandoned() {
		this.node.onAbandoned = AbandonedPolicy.RETRY;
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		fails(TimeoutException.class, () -> this.node.call(String.class, "k", "one", () -> {
			throw new TimeoutException();
		}));
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatExceptionOfType(IdempotencyKeyReusedException.class)
				.isThrownBy(() -> engine.call(String.class, "k", "two", this::run));
		}
	}

	@Test
	void aReleasedRecordAcceptsAnotherPayload() {
		assertThatIllegalStateException().isThrownBy(() -> this.node.call(String.class, "k", "one", () -> {
			throw new IllegalStateException("no");
		}));
		IdempotentResult<String> second = this.node.call(String.class, "k", "two", this::run);
		assertThat(second.attempt()).isEqualTo(2);
	}

	@Test
	void anOrdinaryFailureIsThrownAsItIsAndTheNextCallRuns() {
		IOException failure = new IOException("no");
		assertThat(catchThrowable(() -> this.node.call("k", () -> {
			throw failure;
		}))).isSameAs(failure);
		assertThat(this.node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.FAILED);
		assertThat(this.other.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void aRecordedFailureIsThrownAgainAsItsOwnType() {
		this.node.recordFailures = Set.of(IllegalStateException.class);
		this.other.recordFailures = Set.of(IllegalStateException.class);
		assertThatIllegalStateException().isThrownBy(() -> this.node.call("k", () -> {
			throw new IllegalStateException("declined");
		}));
		assertThat(this.node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.FAILURE_RECORDED);
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatIllegalStateException().isThrownBy(() -> engine.call("k", this::run)).withMessage("declined");
			assertThat(engine.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.FAILURE_REPLAYED);
		}
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void aRecordedFailureOfATypeThatIsNotListedAnyMoreIsNotInstantiated() {
		this.node.recordFailures = Set.of(IllegalStateException.class);
		fails(IllegalStateException.class, () -> this.node.call("k", () -> {
			throw new IllegalStateException("declined");
		}));
		assertThatExceptionOfType(RecordedFailureException.class).isThrownBy(() -> this.other.call("k", this::run))
			.withMessageContaining("java.lang.IllegalStateException")
			.withMessageContaining("declined");
	}

	@Test
	void recordFailuresWinOverUnknownFailures() {
		this.node.recordFailures = Set.of(TimeoutException.class);
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException("final");
		}));
		assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> this.node.call("k", this::run))
			.withMessage("final");
	}

	@Test
	void anAmbiguousFailureIsHeldAtOnceAlsoThroughItsCauses() {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> this.node.call("k", () -> {
			throw new RuntimeException(new TimeoutException());
		}));
		assertThat(this.node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.FAILURE_UNKNOWN);
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> engine.call("k", this::run));
		}
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void anAbandonedRecordIsTakenOverUnderRetry() {
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException();
		}));
		assertThat(this.other.call(String.class, "k", null, this::run).attempt()).isEqualTo(2);
		assertThat(this.node.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void aResultThatCannotBeEncodedIsFinishedAndNotRunAgain() {
		this.node.maxResultSize = 10;
		String large = "x".repeat(100);
		assertThat(this.node.call("k", () -> {
			run();
			return large;
		})).isSameAs(large);
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatExceptionOfType(ResultUnavailableException.class).isThrownBy(() -> engine.call("k", this::run))
				.withMessageContaining("idempotent.max-result-size");
			assertThat(engine.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.RESULT_UNAVAILABLE);
		}
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void aResultOfAReturnTypeThatHasChangedIsNotRunAgain() {
		this.node.call("k", this::run);
		assertThatExceptionOfType(ResultUnavailableException.class)
			.isThrownBy(() -> this.other.call(Integer.class, "k", () -> 1))
			.withMessageContaining("java.lang.Integer");
	}

	@Test
	void aDuplicateInThisJvmIsRejectedWhileTheFirstExecutes() throws Exception {
		Blocker<String> blocker = new Blocker<>();
		Future<String> first = this.threads.submit(() -> this.node.call("k", blocker));
		blocker.awaitEntered();
		assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> this.node.call("k", this::run))
			.satisfies((ex) -> assertThat(ex.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1)));
		assertThat(this.node.lastEvent().source()).isEqualTo(IdempotencySource.IN_FLIGHT);
		assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> this.other.call("k", this::run));
		assertThat(this.other.lastEvent().source()).isEqualTo(IdempotencySource.STORE);
		blocker.returns("done");
		assertThat(first.get()).isEqualTo("done");
		assertThat(this.node.call("k", this::run)).isEqualTo("done");
	}

	@Test
	void waitersOfThisJvmWakeWhenTheExecutionEndsAndAskNobodyElse() throws Exception {
		this.node.onInProgress = InProgressPolicy.WAIT;
		Blocker<String> blocker = new Blocker<>();
		List<Future<String>> calls = new ArrayList<>();
		calls.add(this.threads.submit(() -> this.node.call("k", blocker)));
		blocker.awaitEntered();
		for (int i = 0; i < 20; i++) {
			calls.add(this.threads.submit(() -> this.node.call("k", this::run)));
		}
		blocker.returns("done");
		for (Future<String> call : calls) {
			assertThat(call.get()).isEqualTo("done");
		}
		assertThat(this.faulty.calls("claim")).isLessThanOrEqualTo(this.localCache ? 1 : 21);
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void aWaiterWhoseExecutionWasReleasedClaimsForItself() throws Exception {
		this.node.onInProgress = InProgressPolicy.WAIT;
		Blocker<String> blocker = new Blocker<>();
		Future<String> first = this.threads.submit(() -> this.node.call("k", blocker));
		blocker.awaitEntered();
		Future<String> second = this.threads.submit(() -> this.node.call("k", this::run));
		blocker.fails(new IllegalStateException("no"));
		assertThat(second.get()).isEqualTo("run 1");
		assertThat(catchThrowable(first::get)).hasRootCauseMessage("no");
	}

	@Test
	void aRecordedFailureIsThrownToEveryWaiter() throws Exception {
		this.node.onInProgress = InProgressPolicy.WAIT;
		this.node.recordFailures = Set.of(IllegalStateException.class);
		Blocker<String> blocker = new Blocker<>();
		List<Future<String>> calls = new ArrayList<>();
		calls.add(this.threads.submit(() -> this.node.call("k", blocker)));
		blocker.awaitEntered();
		for (int i = 0; i < 5; i++) {
			calls.add(this.threads.submit(() -> this.node.call("k", this::run)));
		}
		blocker.fails(new IllegalStateException("declined"));
		for (Future<String> call : calls) {
			assertThat(catchThrowable(call::get)).hasRootCauseInstanceOf(IllegalStateException.class)
				.hasRootCauseMessage("declined");
		}
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void aWaitIsBounded() throws Exception {
		for (TestEngine engine : List.of(this.node, this.other)) {
			engine.onInProgress = InProgressPolicy.WAIT;
			engine.ticker = System::nanoTime;
			engine.waitTimeout = Duration.ofMillis(50);
		}
		Blocker<String> blocker = new Blocker<>();
		Future<String> first = this.threads.submit(() -> this.node.call("k", blocker));
		blocker.awaitEntered();
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> engine.call("k", this::run))
				.withMessageContaining("wait timeout");
		}
		blocker.returns("done");
		first.get();
	}

	@Test
	void aWaiterOfAnotherNodeGetsTheOutcome() throws Exception {
		this.other.onInProgress = InProgressPolicy.WAIT;
		this.other.ticker = System::nanoTime;
		Blocker<String> blocker = new Blocker<>();
		Future<String> first = this.threads.submit(() -> this.node.call("k", blocker));
		blocker.awaitEntered();
		Future<String> second = this.threads.submit(() -> this.other.call("k", this::run));
		blocker.returns("done");
		assertThat(first.get()).isEqualTo("done");
		assertThat(second.get()).isEqualTo("done");
	}

	@Test
	void anInterruptedWaiterKeepsItsFlagAndRunsNothing() throws Exception {
		this.node.onInProgress = InProgressPolicy.WAIT;
		this.other.onInProgress = InProgressPolicy.WAIT;
		Blocker<String> blocker = new Blocker<>();
		Future<String> first = this.threads.submit(() -> this.node.call("k", blocker));
		blocker.awaitEntered();
		for (TestEngine engine : List.of(this.node, this.other)) {
			Future<Boolean> flag = this.threads.submit(() -> {
				Thread.currentThread().interrupt();
				assertThatExceptionOfType(OperationInProgressException.class)
					.isThrownBy(() -> engine.call("k", this::run))
					.withMessageContaining("interrupted");
				return Thread.interrupted();
			});
			assertThat(flag.get()).isTrue();
		}
		blocker.returns("done");
		first.get();
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void enteringOnesOwnUnfinishedRecordIsAnErrorAtOnceAndNotADeadLock() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		assertThat(this.node.call("k", () -> {
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> this.node.call("k", this::run))
				.withMessageContaining("inside of that very execution");
			return run();
		})).isEqualTo("run 1");
	}

	@Test
	void nestedOperationsHaveTheirOwnRecordsAndContexts() {
		Operation inner = this.node.operation("inner", String.class);
		String outer = this.node.call("k", () -> {
			assertThat(this.node
				.<String, RuntimeException>call(inner, "k",
						() -> IdempotencyContext.current().orElseThrow().operation())
				.value()).isEqualTo("inner");
			return IdempotencyContext.current().orElseThrow().operation();
		});
		assertThat(outer).isEqualTo("test");
		assertThat(IdempotencyContext.current()).isEmpty();
	}

	@Test
	void derivedKeysAreEqualOnEveryAttemptAndFencingTokensGrow() {
		List<IdempotencyContext> contexts = new ArrayList<>();
		fails(IllegalStateException.class, () -> this.node.call("k", () -> {
			contexts.add(IdempotencyContext.current().orElseThrow());
			throw new IllegalStateException();
		}));
		this.other.call("k", () -> {
			contexts.add(IdempotencyContext.current().orElseThrow());
			return run();
		});
		assertThat(contexts.get(0).keyFor("stripe")).isEqualTo(contexts.get(1).keyFor("stripe"))
			.isNotEqualTo(contexts.get(1).keyFor("chain"));
		assertThat(contexts.get(1).fencingToken()).isGreaterThan(contexts.get(0).fencingToken());
		assertThat(contexts.get(1).attempt()).isEqualTo(2);
	}

	@Test
	void aMutableResultIsNeverTheSameInstanceTwice() {
		int[] first = this.node.call(int[].class, "k", () -> new int[] { 1, 2 });
		first[0] = 99;
		int[] second = this.node.call(int[].class, "k", () -> null);
		second[0] = 98;
		assertThat(this.node.call(int[].class, "k", () -> null)).containsExactly(1, 2);
	}

	// the store is away

	@Test
	void nothingRunsWhenTheStoreIsAway() {
		this.faulty.failBefore("claim", 2);
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> this.node.call("k", this::run));
		assertThat(this.runs).hasValue(0);
		assertThat(this.node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.STORE_UNAVAILABLE);
		assertThat(this.node.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void aLostReplyToTheClaimIsRecognised() {
		this.faulty.loseReply("claim", 1);
		assertThat(this.node.call(String.class, "k", null, this::run).attempt()).isEqualTo(1);
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void aClaimWhoseRepliesAreAllLostIsReleasedInTheBackground() {
		this.faulty.loseReply("claim", 2);
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> this.node.call("k", this::run));
		await().ignoreExceptions().untilAsserted(() -> assertThat(this.other.call("k", this::run)).isEqualTo("run 1"));
	}

	@Test
	void aCompletionThatTheStoreCouldNotRecordIsMadeUpFor() {
		this.faulty.failBefore("complete", 2);
		assertThat(this.node.call("k", this::run)).isEqualTo("run 1");
		await().ignoreExceptions().untilAsserted(() -> assertThat(this.other.call("k", this::run)).isEqualTo("run 1"));
		assertThat(this.node.call("k", this::run)).isEqualTo("run 1");
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void aDuplicateIsInProgressUntilTheOutcomeIsRecorded() {
		this.faulty.failBefore("complete", 1000);
		assertThat(this.node.call("k", this::run)).isEqualTo("run 1");
		for (TestEngine engine : List.of(this.node, this.other)) {
			assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> engine.call("k", this::run));
		}
		this.faulty.failBefore("complete", 0);
		await().ignoreExceptions().untilAsserted(() -> assertThat(this.node.call("k", this::run)).isEqualTo("run 1"));
	}

	@Test
	void aLostReplyToTheCompletionIsRecognised() {
		this.faulty.loseReply("complete", 1);
		assertThat(this.node.call("k", this::run)).isEqualTo("run 1");
		await().ignoreExceptions().untilAsserted(() -> assertThat(this.node.call("k", this::run)).isEqualTo("run 1"));
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void theBusinessExceptionIsNotMaskedByTheStore() {
		this.faulty.failBefore("release", 1);
		assertThatIllegalStateException().isThrownBy(() -> this.node.call("k", () -> {
			throw new IllegalStateException("mine");
		})).withMessage("mine");
		await().ignoreExceptions().untilAsserted(() -> assertThat(this.other.call("k", this::run)).isEqualTo("run 1"));
	}

	@Test
	void closingTriesOnceMoreToRecordWhatIsPending() {
		this.faulty.failBefore("complete", 1);
		this.node.call("k", this::run);
		this.node.close();
		assertThat(this.other.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void aTakeoverWhoseRepliesAreAllLostIsAsUnknownAsBefore() {
		this.node.resolvers.add(new TestResolver((attempt) -> {
			this.faulty.loseReply("claim", 2);
			return Resolution.notExecuted();
		}));
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException();
		}));
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> this.node.call("k", this::run));
		await().ignoreExceptions()
			.untilAsserted(() -> assertThatExceptionOfType(OutcomeUnknownException.class)
				.isThrownBy(() -> this.other.call("k", this::run)));
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void aClaimThatTookLongerThanItsLeaseRunsNothing() {
		this.faulty.afterwards("claim", () -> this.ticker.advance(this.node.lease));
		assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> this.node.call("k", this::run))
			.withMessageContaining("after its lease had ended");
		assertThat(this.runs).hasValue(0);
	}

	// owners that stall

	@Test
	void anOwnerThatStalledUnchallengedMayStillFinish() {
		assertThat(this.node.call("k", () -> {
			this.ticker.advance(this.node.lease.multipliedBy(2));
			return run();
		})).isEqualTo("run 1");
		assertThat(this.other.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void aStalledOwnerIsHeldAndNobodyElseRuns() {
		this.node.call("k", () -> {
			this.ticker.advance(this.node.lease.multipliedBy(2));
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> this.other.call("k", this::run));
			return run();
		});
		assertThat(this.other.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void aStalledOwnerThatWasTakenOverIsToldSo() {
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		assertThatExceptionOfType(OwnershipLostException.class).isThrownBy(() -> this.node.call("k", () -> {
			this.ticker.advance(this.node.lease.multipliedBy(2));
			assertThat(this.other.call("k", () -> "theirs")).isEqualTo("theirs");
			return "mine";
		}));
		assertThat(this.node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.OWNERSHIP_LOST);
		assertThat(this.node.call("k", this::run)).isEqualTo("theirs");
	}

	@Test
	void aTakenOverOwnerWhoseMethodFailedGetsItsOwnException() {
		this.other.onAbandoned = AbandonedPolicy.RETRY;
		assertThatIllegalStateException().isThrownBy(() -> this.node.call("k", () -> {
			this.ticker.advance(this.node.lease.multipliedBy(2));
			this.other.call("k", () -> "theirs");
			throw new IllegalStateException("mine");
		})).withMessage("mine");
		assertThat(this.node.call("k", this::run)).isEqualTo("theirs");
	}

	// resolvers

	@Test
	void aResolverThatKnowsTheResultLetsItBeReplayed() {
		this.other.resolvers.add(new TestResolver((attempt) -> Resolution.completed("found " + attempt.key())));
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException();
		}));
		assertThat(this.other.call("k", this::run)).isEqualTo("found k");
		assertThat(this.node.call("k", this::run)).isEqualTo("found k");
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void aResolverThatKnowsOfAFailureLetsItBeReplayed() {
		this.other.resolvers.add(new TestResolver((attempt) -> Resolution.failed(new IOException("reverted"))));
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException();
		}));
		assertThatExceptionOfType(RecordedFailureException.class).isThrownBy(() -> this.other.call("k", this::run))
			.withMessageContaining("reverted");
	}

	@Test
	void aResolverThatKnowsThatNothingHappenedLetsTheCallerRun() {
		this.other.resolvers.add(new TestResolver((attempt) -> Resolution.notExecuted()));
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException();
		}));
		assertThat(this.other.call(String.class, "k", null, this::run).attempt()).isEqualTo(2);
	}

	@Test
	void aResolverThatDoesNotKnowOrFailsOrLiesLeavesThePolicyToDecide() {
		for (TestResolver resolver : List.of(new TestResolver((attempt) -> Resolution.unknown()),
				new TestResolver((attempt) -> {
					throw new IllegalStateException();
				}), new TestResolver((attempt) -> Resolution.completed(42)))) {
			this.other.resolvers.clear();
			this.other.resolvers.add(resolver);
			String key = "k" + this.other.events.size();
			fails(TimeoutException.class, () -> this.node.call(key, () -> {
				throw new TimeoutException();
			}));
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> this.other.call(key, this::run))
				.withMessageContaining(TestResolver.class.getName());
		}
		assertThat(this.runs).hasValue(0);
	}

	@Test
	void aStalledOwnerMayStillFinishAfterAResolverDidNotKnow() {
		this.other.resolvers.add(new TestResolver((attempt) -> Resolution.unknown()));
		assertThat(this.node.call("k", () -> {
			this.ticker.advance(this.node.lease.multipliedBy(2));
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> this.other.call("k", this::run));
			return run();
		})).isEqualTo("run 1");
	}

	@Test
	void aResolverIsAskedByOneCallerAtATimeOnAllNodes() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch mayAnswer = new CountDownLatch(1);
		AtomicInteger asking = new AtomicInteger();
		TestEngine third = new TestEngine(this.store);
		third.ticker = this.ticker;
		for (TestEngine engine : List.of(this.other, third)) {
			engine.resolvers.add(new TestResolver((attempt) -> {
				asking.incrementAndGet();
				asked.countDown();
				pass(mayAnswer);
				return Resolution.completed("found out");
			}));
		}
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException();
		}));
		Future<String> first = this.threads.submit(() -> this.other.call("k", this::run));
		asked.await();
		// on its own node, on another one, and on one without a resolver
		for (TestEngine engine : List.of(this.other, third, this.node)) {
			assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> engine.call("k", this::run));
		}
		mayAnswer.countDown();
		assertThat(first.get()).isEqualTo("found out");
		assertThat(third.call("k", this::run)).isEqualTo("found out");
		assertThat(asking).hasValue(1);
		assertThat(this.runs).hasValue(0);
		third.close();
	}

	private static void pass(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	// settlement

	@Test
	void anOperatorSettlesWhatIsAbandoned() {
		for (String key : List.of("completed", "failed", "retry")) {
			fails(TimeoutException.class, () -> this.node.call(key, () -> {
				throw new TimeoutException();
			}));
		}
		this.node.settlement().findAbandoned(10).forEach((attempt) -> {
			switch (attempt.key()) {
				case "completed" -> this.node.settlement().settleCompleted(attempt, "by hand");
				case "failed" -> this.node.settlement().settleFailed(attempt, new IOException("by hand"));
				default -> this.node.settlement().settleRetry(attempt);
			}
		});
		assertThat(this.node.call("completed", this::run)).isEqualTo("by hand");
		assertThatExceptionOfType(RecordedFailureException.class).isThrownBy(() -> this.node.call("failed", this::run));
		assertThat(this.node.call(String.class, "retry", null, this::run).attempt()).isEqualTo(2);
		assertThat(this.node.settlement().findAbandoned(10)).isEmpty();
	}

	@Test
	void aSettlementOfAnAttemptThatIsNoLongerTheLastOneChangesNothing() {
		this.node.onAbandoned = AbandonedPolicy.RETRY;
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException();
		}));
		var seen = this.node.settlement().findAbandoned(1).get(0);
		fails(TimeoutException.class, () -> this.node.call("k", () -> {
			throw new TimeoutException();
		}));
		assertThat(this.node.settlement().settleCompleted(seen, "stale")).isEqualTo(Answer.CHANGED);
		assertThat(this.node.call("k", this::run)).isEqualTo("run 1");
	}

	@Test
	void aStalledOwnerDoesNotMistakeASettlementForItsOwnCompletion() {
		assertThatExceptionOfType(OwnershipLostException.class).isThrownBy(() -> this.node.call("k", () -> {
			this.ticker.advance(this.node.lease.multipliedBy(2));
			this.other.operation("test", String.class);
			this.other.settlement().settleCompleted(this.other.settlement().findAbandoned(1).get(0), "settled");
			return "mine";
		}));
		assertThat(this.node.call("k", this::run)).isEqualTo("settled");
	}

	@Test
	void aForgottenRecordRunsAgainOnThisNodeAtOnce() {
		this.node.call("k", this::run);
		var record = this.node.settlement().find("", "test", "k").orElseThrow();
		assertThat(this.node.settlement().forget(record)).isEqualTo(Answer.SETTLED);
		assertThat(this.node.call("k", this::run)).isEqualTo("run 2");
	}

	@Test
	void everyCallEndsInExactlyOneEvent() {
		this.node.call("k", this::run);
		this.node.call("k", this::run);
		fails(MissingIdempotencyKeyException.class, () -> this.node.call(String.class, null, null, this::run));
		fails(IOException.class, () -> this.node.call("x", () -> {
			throw new IOException();
		}));
		assertThat(this.node.events).extracting((event) -> event.outcome())
			.containsExactly(IdempotencyOutcome.EXECUTED, IdempotencyOutcome.REPLAYED, IdempotencyOutcome.KEY_MISSING,
					IdempotencyOutcome.FAILED);
	}

}
