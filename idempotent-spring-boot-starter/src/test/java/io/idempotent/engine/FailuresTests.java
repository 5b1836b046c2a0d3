package io.idempotent.engine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.idempotent.AbandonedPolicy;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import io.idempotent.autoconfigure.IdempotencyProperties;
import io.idempotent.codec.JsonResultCodec;
import io.idempotent.engine.EngineSettings.LocalCacheSettings;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.web.client.ResourceAccessException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a failure says about the outcome.
 */
class FailuresTests {

	private static final Collection<Class<? extends Throwable>> DEFAULTS = new Binder(
			new MapConfigurationPropertySource(Map.of()))
		.bindOrCreate("idempotent", IdempotencyProperties.class)
		.unknownFailures();

	private Collection<Class<? extends Throwable>> configured = DEFAULTS;

	private Set<Class<? extends Throwable>> recordFailures = Set.of();

	private Set<Class<? extends Throwable>> unknownFailures = Set.of();

	private Failures classify(Throwable failure) {
		Duration time = Duration.ofSeconds(30);
		EngineSettings settings = new EngineSettings(time, time, time, InProgressPolicy.REJECT, time,
				AbandonedPolicy.HOLD, TransactionMode.INDEPENDENT, Set.copyOf(this.configured), 255, 1000,
				new LocalCacheSettings(false, 1, time));
		return Failures.classify(failure,
				new Operations(settings, new JsonResultCodec(),
						() -> new JoinableTransactions(new MemoryIdempotencyStore(), null))
					.define(new OperationSpec("test", String.class, null, null, InProgressPolicy.DEFAULT, null,
							AbandonedPolicy.DEFAULT, this.recordFailures, this.unknownFailures, TransactionMode.DEFAULT,
							null, "nothing")));
	}

	static Stream<Throwable> failuresAfterWhichNobodyKnows() {
		return Stream.of(new InterruptedIOException(), new SocketTimeoutException("Read timed out"),
				new HttpTimeoutException("request timed out"), new TimeoutException(), new CancellationException(),
				new InterruptedException(), new TransactionSystemException("commit failed"), new OutOfMemoryError(),
				new StackOverflowError(), new InternalError());
	}

	@ParameterizedTest
	@MethodSource("failuresAfterWhichNobodyKnows")
	void isAmbiguousByDefaultHoweverDeepItIs(Throwable failure) {
		assertThat(classify(failure)).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new IllegalStateException(new ExecutionException(failure)))).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new AssertionError(failure))).isEqualTo(Failures.AMBIGUOUS);
	}

	static Stream<Throwable> failuresAfterWhichNothingHasHappened() {
		return Stream.of(new RuntimeException(), new IOException("Connection reset"), new Exception(), new Error(),
				new AssertionError(), new LinkageError(), new ConnectException("refused"), new SocketException(),
				new HttpConnectTimeoutException("HTTP connect timed out"), new SQLTimeoutException(),
				new UnexpectedRollbackException("rolled back"));
	}

	@ParameterizedTest
	@MethodSource("failuresAfterWhichNothingHasHappened")
	void releasesByDefaultHoweverDeepItIs(Throwable failure) {
		assertThat(classify(failure)).isEqualTo(Failures.RELEASED);
		assertThat(classify(new CompletionException(new IllegalStateException(failure)))).isEqualTo(Failures.RELEASED);
	}

	@Test
	void aReadTimeoutOfARestClientIsAmbiguousAndItsConnectTimeoutIsNot() {
		assertThat(classify(new ResourceAccessException("I/O error", new SocketTimeoutException())))
			.isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new ResourceAccessException("I/O error", new HttpTimeoutException("x"))))
			.isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new ResourceAccessException("I/O error", new HttpConnectTimeoutException("x"))))
			.isEqualTo(Failures.RELEASED);
	}

	@Test
	void aConnectTimeoutIsAmbiguousIfItIsNamedOrSomethingBroaderThanTimeouts() {
		this.unknownFailures = Set.of(HttpConnectTimeoutException.class);
		assertThat(classify(new HttpConnectTimeoutException("x"))).isEqualTo(Failures.AMBIGUOUS);
		this.unknownFailures = Set.of(IOException.class);
		assertThat(classify(new HttpConnectTimeoutException("x"))).isEqualTo(Failures.AMBIGUOUS);
	}

	@Test
	void theAttributeAddsToWhatIsConfigured() {
		this.unknownFailures = Set.of(ConnectException.class);
		assertThat(classify(new RuntimeException(new ConnectException()))).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new TimeoutException())).isEqualTo(Failures.AMBIGUOUS);
	}

	@Test
	void whatIsConfiguredReplacesTheDefault() {
		this.configured = List.of(ConnectException.class);
		assertThat(classify(new ConnectException())).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new TimeoutException())).isEqualTo(Failures.RELEASED);
	}

	@Test
	void aSubclassOfARecordedTypeIsFinal() {
		this.recordFailures = Set.of(IllegalArgumentException.class);
		assertThat(classify(new NumberFormatException())).isEqualTo(Failures.FINAL);
		assertThat(classify(new RuntimeException())).isEqualTo(Failures.RELEASED);
	}

	@Test
	void whatIsRecordedWinsOverWhatIsUnknown() {
		this.recordFailures = Set.of(TimeoutException.class, IllegalArgumentException.class);
		this.unknownFailures = Set.of(IllegalArgumentException.class);
		assertThat(classify(new TimeoutException())).isEqualTo(Failures.FINAL);
		assertThat(classify(new IllegalArgumentException(new SocketTimeoutException()))).isEqualTo(Failures.FINAL);
	}

	@Test
	void aRecordedTypeCountsOnlyOutermost() {
		this.recordFailures = Set.of(IllegalArgumentException.class);
		assertThat(classify(new RuntimeException(new IllegalArgumentException()))).isEqualTo(Failures.RELEASED);
		assertThat(classify(new TimeoutException() {

			@Override
			public synchronized Throwable getCause() {
				return new IllegalArgumentException();
			}

		})).isEqualTo(Failures.AMBIGUOUS);
	}

	@Test
	void whatIsSuppressedSaysNothingAboutTheOutcome() {
		Exception failure = new IOException();
		failure.addSuppressed(new TimeoutException());
		assertThat(classify(failure)).isEqualTo(Failures.RELEASED);
	}

	@Test
	void aCycleOfCausesEnds() {
		IOException one = new IOException();
		IOException two = new IOException(one);
		one.initCause(two);
		assertThat(classify(two)).isEqualTo(Failures.RELEASED);
	}

	@Test
	void anAmbiguousFailureInACycleOfCausesIsFound() {
		IOException one = new IOException();
		TimeoutException two = new TimeoutException();
		one.initCause(two);
		two.initCause(one);
		assertThat(classify(one)).isEqualTo(Failures.AMBIGUOUS);
	}

	@Test
	void theCauseOfAChainThatIsLongerThanAnyRealOneIsFoundToo() {
		Throwable failure = new TimeoutException();
		for (int i = 0; i < 90; i++) {
			failure = new RuntimeException(failure);
		}
		assertThat(classify(failure)).isEqualTo(Failures.AMBIGUOUS);
	}

}
