package io.idempotent.engine;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import io.idempotent.codec.JsonResultCodec;
import io.idempotent.engine.EngineSettings.LocalCacheSettings;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import io.netty.handler.timeout.ReadTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.core.retry.RetryException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.mail.MailSendException;
import org.springframework.mock.http.MockHttpInputMessage;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientException;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What a failure says about the outcome.
 */
class FailuresTests {

	private UnknownFailures configured = UnknownFailures.DEFAULT;

	private Set<Class<? extends Throwable>> recordFailures = Set.of();

	private Set<Class<? extends Throwable>> unknownFailures = Set.of();

	private Failures classify(Throwable failure) {
		Duration time = Duration.ofSeconds(30);
		EngineSettings settings = new EngineSettings(time, time, time, InProgressPolicy.REJECT, time,
				AbandonedPolicy.HOLD, TransactionMode.INDEPENDENT, this.configured, 255, 1000,
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
				new StackOverflowError(), new InternalError(), new IOException("Connection reset"), new EOFException(),
				new SocketException("Broken pipe"), new ClosedChannelException(), new ProtocolException("no status"),
				new SQLException("An I/O error occurred", "08006"), new SSLException("closed without close_notify"));
	}

	@ParameterizedTest
	@MethodSource("failuresAfterWhichNobodyKnows")
	void isAmbiguousByDefaultHoweverDeepItIs(Throwable failure) {
		assertThat(classify(failure)).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new IllegalStateException(new ExecutionException(failure)))).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new AssertionError(failure))).isEqualTo(Failures.AMBIGUOUS);
	}

	static Stream<Throwable> failuresAfterWhichNothingHasHappened() {
		return Stream.of(new RuntimeException(), new IOException("No space left on device"), new Exception(),
				new Error(), new AssertionError(), new LinkageError(), new ConnectException("refused"),
				new UnknownHostException("no-such-host"), new SSLHandshakeException("no trust"),
				new SocketTimeoutException("Connect timed out"), new FileNotFoundException(),
				new SQLException("x", "23505"), new SQLException("refused", "08001"),
				new SQLTransientConnectionException("pool", "08006"),
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
		this.configured = new UnknownFailures(Set.of(ConnectException.class), false);
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

	@Test
	void whatIsCertainlyNotSentIsReleasedWhateverItIsTheCauseOf() {
		assertThat(classify(new IOException("Connection reset", new ConnectException()))).isEqualTo(Failures.RELEASED);
		assertThat(classify(new SQLException("closed", "08003", new UnknownHostException())))
			.isEqualTo(Failures.RELEASED);
		assertThat(classify(new SSLHandshakeException("terminated") {

			@Override
			public synchronized Throwable getCause() {
				return new EOFException();
			}

		})).isEqualTo(Failures.RELEASED);
	}

	@Test
	void aCommitThatFailedIsAmbiguousWhateverCausedIt() {
		assertThat(classify(new TransactionSystemException("commit", new ConnectException())))
			.isEqualTo(Failures.AMBIGUOUS);
	}

	@Test
	void aGuardedCallThatWasRefusedHasDoneNothing() {
		assertThat(classify(new RuntimeException(
				new IdempotencyStoreException("inner", "k", "away", new SocketTimeoutException("Read timed out")))))
			.isEqualTo(Failures.RELEASED);
	}

	@Test
	void oneOfSeveralAttemptsThatMayHaveBeenProcessedIsEnough() {
		RetryException refused = new RetryException("exhausted", new ConnectException());
		refused.addSuppressed(new ConnectException());
		assertThat(classify(refused)).isEqualTo(Failures.RELEASED);
		refused.addSuppressed(new SocketTimeoutException("Read timed out"));
		assertThat(classify(refused)).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(Exceptions.multiple(new IOException(), ReadTimeoutException.INSTANCE)))
			.isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(Exceptions.multiple(new IOException(), new ConnectException())))
			.isEqualTo(Failures.RELEASED);
	}

	@Test
	void whatHidesTheAttemptsBeforeTheLastOneLeavesItOpen() {
		AtomicInteger attempts = new AtomicInteger();
		Throwable exhausted = catchThrowable(() -> Mono
			.error(() -> (attempts.getAndIncrement() == 0) ? new TimeoutException() : new ConnectException("refused"))
			.retryWhen(Retry.max(1))
			.block());
		assertThat(exhausted).hasCauseInstanceOf(ConnectException.class);
		assertThat(classify(exhausted)).isEqualTo(Failures.AMBIGUOUS);
	}

	@Test
	void ofMailsThatWereSentTogetherOneThatMayHaveArrivedIsEnough() {
		Exception silent = new Exception("Exception reading response", new SocketTimeoutException("Read timed out"));
		Exception rejected = new Exception("550 no such user");
		assertThat(classify(new MailSendException(Map.of("mail", silent)))).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new MailSendException(Map.of("one", rejected, "other", silent))))
			.isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new MailSendException(Map.of("mail", rejected)))).isEqualTo(Failures.RELEASED);
		Exception refused = new Exception("Couldn't connect to host", new ConnectException("refused"));
		assertThat(classify(new MailSendException("Mail server connection failed", refused, Map.of("mail", refused))))
			.isEqualTo(Failures.RELEASED);
	}

	@Test
	void ofABatchEachFailureCounts() {
		BatchUpdateException batch = new BatchUpdateException("batch", "90067", new int[0]);
		batch.setNextException(new SQLException("a value", "22001"));
		assertThat(classify(batch)).isEqualTo(Failures.RELEASED);
		batch.setNextException(new SQLException("broken", "90067", new EOFException()));
		assertThat(classify(batch)).isEqualTo(Failures.AMBIGUOUS);
		BatchUpdateException large = new BatchUpdateException("batch", "22001", new int[0]);
		for (int i = 0; i < 200; i++) {
			large.setNextException(new BatchUpdateException("row", "22001", new int[0]));
		}
		assertThat(classify(large)).isEqualTo(Failures.RELEASED);
	}

	@ParameterizedTest
	@ValueSource(ints = { 502, 504, 520, 524 })
	void aGatewayThatGotNoAnswerLeavesItOpen(int status) {
		HttpStatusCode code = HttpStatusCode.valueOf(status);
		assertThat(classify(HttpServerErrorException.create(code, "", new HttpHeaders(), new byte[0], null)))
			.isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new HttpServerErrorException(code))).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(WebClientResponseException.create(code, "", new HttpHeaders(), new byte[0], null, null)))
			.isEqualTo(Failures.AMBIGUOUS);
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 408, 409, 425, 429, 500, 501, 503, 521, 522, 523 })
	void anyOtherStatusIsAnAnswer(int status) {
		HttpStatusCode code = HttpStatusCode.valueOf(status);
		assertThat(classify(new RestClientResponseException(status + " " + "504", code, "", null, null, null)))
			.isEqualTo(Failures.RELEASED);
		assertThat(classify(WebClientResponseException.create(code, "", new HttpHeaders(), new byte[0], null, null)))
			.isEqualTo(Failures.RELEASED);
	}

	@Test
	void anAnswerThatCannotBeReadLeavesItOpen() {
		assertThat(classify(new RestClientException("Error while extracting response for type [java.util.Map]",
				new HttpMessageNotReadableException("JSON", new MockHttpInputMessage(new byte[0])))))
			.isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(
				new HttpMessageNotReadableException("JSON", new EOFException(), new MockHttpInputMessage(new byte[0]))))
			.isEqualTo(Failures.RELEASED);
	}

}
