package io.idempotent.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.idempotent.InProgressPolicy;
import io.idempotent.RecordedFailureException;
import io.idempotent.engine.outcome.FailureCodec;
import io.idempotent.engine.outcome.FailureCodec.RecordedFailure;
import io.idempotent.store.Claim;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import jakarta.validation.ConstraintViolationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a duplicate gets of a recorded failure, on the same node, with and without the
 * local cache, and on another one.
 */
@ParameterizedClass(name = "local cache {0}")
@ValueSource(booleans = { true, false })
class FailureReplayTests {

	/** The key of what somebody else has written into the store. */
	private static final String RECORDED = "recorded";

	private static final AtomicInteger initialized = new AtomicInteger();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final IdempotencyStore store = new MemoryIdempotencyStore();

	private final TestEngine node = new TestEngine(this.store);

	private final TestEngine other = new TestEngine(this.store);

	private final AtomicInteger runs = new AtomicInteger();

	private final boolean localCache;

	FailureReplayTests(boolean localCache) {
		this.localCache = localCache;
	}

	@BeforeEach
	void configure() {
		this.node.localCache = this.localCache;
		this.other.localCache = this.localCache;
	}

	@AfterEach
	void close() {
		this.node.close();
		this.other.close();
		this.threads.shutdownNow();
		assertThat(this.runs).as("runs of the method by duplicates").hasValue(0);
	}

	private void list(Class<? extends Throwable> type) {
		this.node.recordFailures = Set.of(type);
		this.other.recordFailures = Set.of(type);
	}

	/** The first call fails, and its caller gets the very failure, unchanged. */
	private void fail(Throwable failure) {
		int suppressed = failure.getSuppressed().length;
		assertThat(catchThrowable(() -> this.node.call("k", () -> {
			throw failure;
		}))).isSameAs(failure);
		assertThat(failure.getSuppressed()).hasSize(suppressed);
	}

	/** What duplicates get: twice on the same node, once on the other. */
	private List<Throwable> replays() {
		return Stream.of(this.node, this.node, this.other).map(this::replay).toList();
	}

	private Throwable replay(TestEngine engine) {
		return catchThrowable(() -> engine.call("k", () -> "run " + this.runs.incrementAndGet()));
	}

	static Stream<Named<Case>> failuresThatCanBeMadeAgain() {
		IOException one = new IOException("one");
		IOException two = new IOException("two", one);
		one.initCause(two);
		RuntimeException suppressing = new IllegalStateException("outer");
		suppressing.addSuppressed(new IOException("inner"));
		return Stream.of(named("the listed type itself", new IllegalStateException("declined")),
				named("with a cause", new IllegalStateException("declined", new IOException("down"))),
				named("without a message", new IllegalStateException()),
				named("with an empty message", new IllegalStateException("")),
				named("a cause without a message", new IllegalStateException("x", new IOException())),
				named("a message that is that of the cause", new IllegalStateException(new IOException("down"))),
				named("a subclass of a listed type", new TooExpensive("12", null), Declined.class),
				named("an application's subclass of a JDK type", new Declined("no", null), RuntimeException.class),
				named("an application's subclass of a platform type", new OutOfStock("no"), SQLException.class),
				named("everything listed", new Declined("no", new IOException("down")), Throwable.class),
				named("an anonymous class", anonymous("no"), RuntimeException.class),
				named("checked", new IOException("reverted", new SQLException("x"))),
				named("an error", new AssertionError("impossible")),
				named("an error of the application", new Fatal("over"), Error.class),
				named("only a constructor without arguments", new Sealed()),
				named("a private class with a private constructor", new Hidden("psst")),
				named("with state of its own, which is lost", new WithState("no", 42)),
				named("of Spring", new DuplicateKeyException("twice", new SQLException("23505")),
						DataIntegrityViolationException.class),
				named("text of all kinds", new IllegalStateException("a\0b \uD800 \uD83D\uDE00 \"\u20AC\"\n")),
				named("a cause that causes itself", two, IOException.class), named("with suppressed", suppressing));
	}

	@ParameterizedTest
	@MethodSource("failuresThatCanBeMadeAgain")
	void aListedFailureIsThrownAgainAsItsOwnTypeWithItsMessageAndTheTextOfItsCause(Case given) {
		list(given.listed());
		fail(given.failure());
		for (Throwable replayed : replays()) {
			assertThat(replayed).isNotSameAs(given.failure())
				.hasSameClassAs(given.failure())
				.hasMessage(given.failure().getMessage())
				.hasNoSuppressedExceptions();
			Throwable cause = given.failure().getCause();
			if (cause == null) {
				assertThat(replayed).hasNoCause();
			}
			else {
				assertThat(replayed.getCause()).hasToString(cause.toString()).hasMessage(cause.toString()).hasNoCause();
				assertThat(replayed.getCause().getStackTrace()).isEmpty();
			}
		}
	}

	static Stream<Named<Case>> failuresThatCannotBeMadeAgain() {
		return Stream.of(named("no constructor that fits", new WithCode(7)),
				named("a constructor that takes another cause",
						new UncheckedIOException("disk", new IOException("full"))),
				named("an inner class", new FailureReplayTests(true).new Inner("no")),
				named("a constructor that throws", new Picky("ok", true)),
				named("a constructor that throws an error", new Explosive("ok", true)),
				named("a constructor that changes the message", new Decorated("no funds")),
				named("a message that is computed", new Computed("no", 3)),
				named("a message that cannot be asked for again", new Mute("no", true)),
				named("of Spring, with a status", new ResponseStatusException(HttpStatus.CONFLICT, "sold")),
				named("of Jakarta Validation", new ConstraintViolationException("name: empty", Set.of())));
	}

	@ParameterizedTest
	@MethodSource("failuresThatCannotBeMadeAgain")
	void aListedFailureThatCannotBeMadeAgainIsThrownAsRecordedFailureThatSaysAllThatIsKnown(Case given) {
		list(given.listed());
		String message = given.failure().getMessage();
		fail(given.failure());
		for (Throwable replayed : replays()) {
			assertThat(replayed).isInstanceOfSatisfying(RecordedFailureException.class, (ex) -> {
				assertThat(ex.failureType()).isEqualTo(given.failure().getClass().getName());
				assertThat(ex.failureMessage()).isEqualTo(message);
				Throwable cause = given.failure().getCause();
				assertThat(ex.failureCause()).isEqualTo((cause != null) ? cause.toString() : null);
				assertThat(ex).hasMessageContaining(ex.failureType()).hasMessageContaining(message);
			});
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void whatDuplicatesGetInsteadIsSaidOnceWhenTheFailureIsRecorded(CapturedOutput output) {
		for (RuntimeException failure : List.of(new WithState("no", 42), new WithCode(7), new Declined("no", null),
				new WithState("no", 42), new WithCode(8))) {
			list(RuntimeException.class);
			assertThat(catchThrowable(() -> this.node.call("" + System.identityHashCode(failure), () -> {
				throw failure;
			}))).isSameAs(failure);
		}

		assertThat(output)
			.containsOnlyOnce("Operation 'test' failed with %s, which duplicates get without what it has in [code]"
				.formatted(WithState.class.getName()))
			.containsOnlyOnce(
					"Operation 'test' failed with %s, which cannot be made again".formatted(WithCode.class.getName()))
			.doesNotContain(Declined.class.getName() + ",");
	}

	@Test
	void aFailureThatIsNotListedAnyMoreIsThrownAsRecordedFailure() {
		list(IllegalStateException.class);
		fail(new IllegalStateException("declined", new IOException("down")));
		this.other.recordFailures = Set.of(IllegalArgumentException.class);
		assertThat(replay(this.other)).isInstanceOf(RecordedFailureException.class)
			.hasMessageContaining("java.lang.IllegalStateException: declined")
			.hasMessageContaining("java.io.IOException: down");
	}

	@Test
	void aFailureWhoseTypeCannotHaveACauseIsThrownAgainWithoutIt() {
		list(Rootless.class);
		record(new RecordedFailure(Rootless.class.getName(), "no", "java.io.IOException: down"));
		assertThat(replayOfRecorded()).isExactlyInstanceOf(Rootless.class).hasMessage("no").hasNoCause();
	}

	@Test
	void aMessageThatIsHugeIsCut() {
		list(IllegalStateException.class);
		fail(new IllegalStateException("x".repeat(1_000_000), new IOException("y".repeat(1_000_000))));
		for (Throwable replayed : replays()) {
			assertThat(replayed).isExactlyInstanceOf(IllegalStateException.class).hasMessage("x".repeat(10_000));
			assertThat(replayed.getCause().getMessage()).hasSize(10_000);
		}
	}

	@Test
	void aFailureWhoseOwnCodeFailsIsRecordedWithoutWhatItDoesNotTell() {
		list(Unruly.class);
		fail(new Unruly("no", true));
		for (Throwable replayed : replays()) {
			assertThat(replayed).isExactlyInstanceOf(Unruly.class);
		}
	}

	@Test
	void everyWaiterGetsAnInstanceOfItsOwnAndTheFirstCallerItsOwnException() throws Exception {
		list(IllegalStateException.class);
		this.node.onInProgress = InProgressPolicy.WAIT;
		IllegalStateException failure = new IllegalStateException("declined");
		Blocker<String> blocker = new Blocker<>();
		Future<Throwable> first = this.threads.submit(() -> catchThrowable(() -> this.node.call("k", blocker)));
		blocker.awaitEntered();
		List<Future<Throwable>> waiters = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			waiters.add(this.threads.submit(() -> replay(this.node)));
		}
		blocker.fails(failure);
		Set<Throwable> instances = Collections.newSetFromMap(new IdentityHashMap<>());
		for (Future<Throwable> waiter : waiters) {
			Throwable replayed = waiter.get();
			assertThat(replayed).isExactlyInstanceOf(IllegalStateException.class).hasMessage("declined");
			replayed.addSuppressed(new IOException("mine"));
			instances.add(replayed);
		}
		assertThat(first.get()).isSameAs(failure).hasNoSuppressedExceptions();
		assertThat(instances).hasSize(8).doesNotContain(failure);
	}

	// what somebody else may have written into the store

	private void record(RecordedFailure failure) {
		record("failure/1", JsonMapper.shared().writeValueAsBytes(failure));
	}

	private void record(String format, byte[] body) {
		Ownership ownership = new Ownership(new RecordKey("", "test", RECORDED), UUID.randomUUID());
		this.store.claim(new Claim(ownership, null, Duration.ofSeconds(30), Duration.ofHours(1), null));
		this.store.complete(ownership, new StoredOutcome(true, format, body), Duration.ofHours(1));
	}

	private Throwable replayOfRecorded() {
		return catchThrowable(() -> this.node.call(RECORDED, () -> "run " + this.runs.incrementAndGet()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "com.acme.NotOnTheClassPath", "java.lang.String", "java.lang.Runnable", "[I", "int", "",
			"a/b", "io.idempotent.engine.FailureReplayTests$Abstract",
			"io.idempotent.engine.FailureReplayTests$FailsToInitialize", "io.idempotent.engine.failurereplaytests" })
	void aTypeThatIsNoneIsThrownAsRecordedFailureWhateverIsListed(String type) {
		list(Throwable.class);
		record(new RecordedFailure(type, "no", null));
		assertThat(replayOfRecorded()).isInstanceOfSatisfying(RecordedFailureException.class,
				(ex) -> assertThat(ex.failureType()).isEqualTo(type));
	}

	@Test
	void aTypeThatIsNotListedIsNotEvenInitialized() {
		list(Declined.class);
		record(new RecordedFailure(Counting.class.getName(), "no", null));
		assertThat(replayOfRecorded()).isInstanceOf(RecordedFailureException.class);
		assertThat(initialized).hasValue(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "{}", "{\"type\":", "\0\0" })
	void aFailureThatCannotBeReadIsStillAFailure(String body) {
		list(Throwable.class);
		record("failure/1", body.getBytes(StandardCharsets.UTF_8));
		assertThat(replayOfRecorded()).isInstanceOf(RecordedFailureException.class).hasMessageContaining("unreadable");
	}

	@Test
	void aFailureOfAnotherFormatIsStillAFailure() {
		record("failure/99", new byte[0]);
		assertThat(replayOfRecorded()).isInstanceOf(RecordedFailureException.class).hasMessageContaining("failure/99");
	}

	private static Named<Case> named(String name, Throwable failure) {
		return named(name, failure, failure.getClass());
	}

	private static Named<Case> named(String name, Throwable failure, Class<? extends Throwable> listed) {
		return Named.of(name, new Case(failure, listed));
	}

	private static RuntimeException anonymous(String message) {
		return new RuntimeException(message) {
		};
	}

	record Case(Throwable failure, Class<? extends Throwable> listed) {
	}

	static class Declined extends RuntimeException {

		Declined(String message, Throwable cause) {
			super(message, cause);
		}

	}

	static class TooExpensive extends Declined {

		TooExpensive(String message, Throwable cause) {
			super(message, cause);
		}

	}

	static class OutOfStock extends SQLException {

		OutOfStock(String message) {
			super(message);
		}

	}

	static class Fatal extends Error {

		Fatal(String message) {
			super(message);
		}

	}

	static class Sealed extends RuntimeException {

		Sealed() {
			super("the register is sealed");
		}

	}

	private static final class Hidden extends RuntimeException {

		private Hidden(String message) {
			super(message);
		}

	}

	static class WithState extends RuntimeException {

		final int code;

		WithState(String message) {
			this(message, 0);
		}

		WithState(String message, int code) {
			super(message);
			this.code = code;
		}

	}

	static class WithCode extends RuntimeException {

		WithCode(int code) {
			super("code " + code);
		}

	}

	class Inner extends RuntimeException {

		Inner(String message) {
			super(message + FailureReplayTests.this.localCache);
		}

	}

	static class Picky extends RuntimeException {

		Picky(String message) {
			super(message);
			throw new IllegalArgumentException("not like this");
		}

		Picky(String message, boolean right) {
			super(message);
		}

	}

	static class Explosive extends RuntimeException {

		Explosive(String message) {
			super(message);
			throw new NoClassDefFoundError("com/acme/Missing");
		}

		Explosive(String message, boolean right) {
			super(message);
		}

	}

	static class Decorated extends RuntimeException {

		Decorated(String message) {
			super("declined: " + message);
		}

	}

	static class Computed extends RuntimeException {

		private final int code;

		Computed(String message) {
			this(message, 0);
		}

		Computed(String message, int code) {
			super(message);
			this.code = code;
		}

		@Override
		public String getMessage() {
			return super.getMessage() + " (" + this.code + ")";
		}

	}

	static class Mute extends RuntimeException {

		private final boolean talking;

		Mute(String message) {
			this(message, false);
		}

		Mute(String message, boolean talking) {
			super(message);
			this.talking = talking;
		}

		@Override
		public String getMessage() {
			if (!this.talking) {
				throw new NoClassDefFoundError("com/acme/Missing");
			}
			return super.getMessage();
		}

	}

	static class Rootless extends RuntimeException {

		Rootless(String message) {
			super(message, null);
		}

	}

	static class Unruly extends RuntimeException {

		private final boolean unruly;

		Unruly(String message) {
			this(message, false);
		}

		Unruly(String message, boolean unruly) {
			super(message);
			this.unruly = unruly;
		}

		@Override
		public String getMessage() {
			return this.unruly ? failing() : super.getMessage();
		}

		@Override
		public synchronized Throwable getCause() {
			return this.unruly ? new RuntimeException(failing()) : super.getCause();
		}

		@Override
		public String toString() {
			return this.unruly ? failing() : super.toString();
		}

		private static String failing() {
			throw new UnsupportedOperationException();
		}

	}

	abstract static class Abstract extends RuntimeException {

		Abstract(String message) {
			super(message);
		}

	}

	static class FailsToInitialize extends RuntimeException {

		static final int VALUE = Integer.parseInt("none");

		FailsToInitialize(String message) {
			super(message);
		}

	}

	static class Counting extends RuntimeException {

		static final int COUNT = initialized.incrementAndGet();

		Counting(String message) {
			super(message);
		}

	}

}
