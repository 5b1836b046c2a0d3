package io.idempotent.engine;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.RecordedFailureException;
import io.idempotent.codec.result.JsonFailureCodec;
import io.idempotent.engine.outcome.FailureCodec;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The caller gets what its method threw, whatever goes wrong with us at the same time.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class BusinessExceptionTests {

	private final FakeTicker ticker = new FakeTicker();

	private final IdempotencyStore store = new MemoryIdempotencyStore(this.ticker);

	private final TestEngine node = new TestEngine(Mockito.mock(IdempotencyStore.class, (invocation) -> {
		if (invocation.getMethod().getName().equals(this.failingVerb)) {
			throw this.trouble;
		}
		try {
			return invocation.getMethod().invoke(this.store, invocation.getArguments());
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}));

	private final TestEngine other = new TestEngine(this.store);

	private volatile String failingVerb = "none";

	private volatile Throwable trouble = new IllegalStateException();

	@BeforeEach
	void configure() {
		for (TestEngine engine : List.of(this.node, this.other)) {
			engine.ticker = this.ticker;
			engine.recordFailures = Set.of(IllegalArgumentException.class);
		}
	}

	@AfterEach
	void close() {
		this.failingVerb = "none";
		this.node.close();
		this.other.close();
	}

	private Throwable callThatThrows(Throwable failure) {
		return catchThrowable(() -> this.node.call("k", () -> {
			throw failure;
		}));
	}

	private static Throwable duplicate(TestEngine engine) {
		return catchThrowable(() -> engine.call("k", () -> {
			throw new AssertionError("was run again");
		}));
	}

	static Stream<Throwable> troubles() {
		return Stream.of(new IdempotencyStoreException("test", null, "away", null), new IllegalStateException("a bug"),
				new NoClassDefFoundError("a driver"), new SQLException("undeclared, as from Kotlin"));
	}

	static Stream<Arguments> failuresInTrouble() {
		return Stream
			.of(new IOException("released"), new IllegalArgumentException("recorded"), new TimeoutException("held"),
					new AssertionError("an error"))
			.flatMap((failure) -> troubles().map((trouble) -> Arguments.of(failure, trouble)));
	}

	private void failOn(Throwable failure, Throwable trouble) {
		this.trouble = trouble;
		this.failingVerb = (failure instanceof TimeoutException) ? "abandon"
				: (failure instanceof IllegalArgumentException) ? "complete" : "release";
	}

	@ParameterizedTest
	@MethodSource("failuresInTrouble")
	void itIsNotMaskedByTheStore(Throwable failure, Throwable trouble, CapturedOutput output) {
		failOn(failure, trouble);
		assertThat(callThatThrows(failure)).isSameAs(failure).hasNoSuppressedExceptions();
		assertThat(this.node.lastEvent().failure()).isSameAs(failure);
		assertThat(output).contains("operation 'test'").contains(trouble.getMessage());
		// until the store is back
		assertThat(duplicate(this.node)).isInstanceOf(OperationInProgressException.class);
		assertThat(duplicate(this.other)).isInstanceOf(OperationInProgressException.class);
	}

	@ParameterizedTest
	@MethodSource("failuresInTrouble")
	void itIsNotMaskedByTheStoreWhenItComesThroughAFuture(Throwable failure, Throwable trouble) {
		failOn(failure, trouble);
		CompletableFuture<String> future = this.node.future("k", () -> CompletableFuture.failedFuture(failure));
		assertThat(catchThrowable(() -> future.get(20, TimeUnit.SECONDS))).cause()
			.isSameAs(failure)
			.hasNoSuppressedExceptions();
	}

	@ParameterizedTest
	@MethodSource("troubles")
	void aResultIsNotMaskedByTheStoreEither(Throwable trouble) {
		this.trouble = trouble;
		this.failingVerb = "complete";
		assertThat(this.node.call("k", () -> "done")).isEqualTo("done");
	}

	@ParameterizedTest
	@MethodSource("troubles")
	void itIsNotMaskedByAListener(Throwable trouble, CapturedOutput output) {
		IOException failure = new IOException("released");
		this.node.listeners.add(0, (event) -> BusinessExceptionTests.<RuntimeException>sneakyThrow(trouble));
		assertThat(callThatThrows(failure)).isSameAs(failure).hasNoSuppressedExceptions();
		assertThat(this.node.lastEvent().failure()).isSameAs(failure);
		assertThat(output).contains("operation 'test'").contains(trouble.getMessage());
	}

	@Test
	void itIsNotMaskedByTheCodecAndCountsAsRecorded(CapturedOutput output) {
		this.node.failureCodec = new BrokenCodec();
		IllegalArgumentException failure = new IllegalArgumentException("declined");
		assertThat(callThatThrows(failure)).isSameAs(failure).hasNoSuppressedExceptions();
		assertThat(this.node.lastEvent().outcome()).isEqualTo(IdempotencyOutcome.FAILURE_RECORDED);
		assertThat(output).contains("operation 'test'").contains("the codec is broken");
		assertThat(duplicate(this.node)).isInstanceOf(RecordedFailureException.class);
		assertThat(duplicate(this.other)).isInstanceOf(RecordedFailureException.class);
	}

	@Test
	void itIsNotMaskedByItsOwnCodeAndTheRecordIsHeld(CapturedOutput output) {
		RuntimeException failure = new RuntimeException("declined") {

			@Override
			public synchronized Throwable getCause() {
				throw new UnsupportedOperationException("no cause to be had");
			}

		};
		assertThat(callThatThrows(failure) == failure).isTrue();
		assertThat(output).contains("operation 'test'").contains("no cause to be had");
		this.ticker.advance(this.node.lease);
		assertThat(duplicate(this.node)).isInstanceOf(OutcomeUnknownException.class);
		assertThat(duplicate(this.other)).isInstanceOf(OutcomeUnknownException.class);
	}

	@SuppressWarnings({ "unchecked", "TypeParameterUnusedInFormals" })
	private static <X extends Throwable> void sneakyThrow(Throwable failure) throws X {
		throw (X) failure;
	}

	private static final class BrokenCodec implements FailureCodec {

		private final FailureCodec delegate = new JsonFailureCodec();

		@Override
		public String format() {
			return this.delegate.format();
		}

		@Override
		public byte[] encode(Throwable failure) {
			throw new NoClassDefFoundError("the codec is broken");
		}

		@Override
		public RecordedFailure decode(byte[] bytes) {
			return this.delegate.decode(bytes);
		}

	}

}
