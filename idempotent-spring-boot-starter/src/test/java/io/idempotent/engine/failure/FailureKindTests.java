package io.idempotent.engine.failure;

import java.io.Closeable;
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
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
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

import io.idempotent.IdempotencyStoreException;
import io.netty.handler.timeout.ReadTimeoutException;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.description.modifier.Visibility;
import net.bytebuddy.implementation.FixedValue;
import org.hibernate.exception.JDBCConnectionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.core.retry.RetryException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jdbc.UncategorizedSQLException;
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
class FailureKindTests {

	private UnknownFailures configured = UnknownFailures.DEFAULT;

	private Set<Class<? extends Throwable>> recordFailures = Set.of();

	private Set<Class<? extends Throwable>> unknownFailures = Set.of();

	private FailureKind classify(Throwable failure) {
		return FailureKind.of(failure, this.recordFailures, this.configured.and(this.unknownFailures));
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
		assertThat(classify(failure)).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new IllegalStateException(new ExecutionException(failure))))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new AssertionError(failure))).isEqualTo(FailureKind.AMBIGUOUS);
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
		assertThat(classify(failure)).isEqualTo(FailureKind.RELEASED);
		assertThat(classify(new CompletionException(new IllegalStateException(failure))))
			.isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void aReadTimeoutOfARestClientIsAmbiguousAndItsConnectTimeoutIsNot() {
		assertThat(classify(new ResourceAccessException("I/O error", new SocketTimeoutException())))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new ResourceAccessException("I/O error", new HttpTimeoutException("x"))))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new ResourceAccessException("I/O error", new HttpConnectTimeoutException("x"))))
			.isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void aConnectTimeoutIsAmbiguousIfItIsNamedOrSomethingBroaderThanTimeouts() {
		this.unknownFailures = Set.of(HttpConnectTimeoutException.class);
		assertThat(classify(new HttpConnectTimeoutException("x"))).isEqualTo(FailureKind.AMBIGUOUS);
		this.unknownFailures = Set.of(IOException.class);
		assertThat(classify(new HttpConnectTimeoutException("x"))).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void theAttributeAddsToWhatIsConfigured() {
		this.unknownFailures = Set.of(ConnectException.class);
		assertThat(classify(new RuntimeException(new ConnectException()))).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new TimeoutException())).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void whatIsConfiguredReplacesTheDefault() {
		this.configured = new UnknownFailures(Set.of(ConnectException.class), false);
		assertThat(classify(new ConnectException())).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new TimeoutException())).isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void aSubclassOfARecordedTypeIsFinal() {
		this.recordFailures = Set.of(IllegalArgumentException.class);
		assertThat(classify(new NumberFormatException())).isEqualTo(FailureKind.FINAL);
		assertThat(classify(new RuntimeException())).isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void whatIsRecordedWinsOverWhatIsUnknown() {
		this.recordFailures = Set.of(TimeoutException.class, IllegalArgumentException.class);
		this.unknownFailures = Set.of(IllegalArgumentException.class);
		assertThat(classify(new TimeoutException())).isEqualTo(FailureKind.FINAL);
		assertThat(classify(new IllegalArgumentException(new SocketTimeoutException()))).isEqualTo(FailureKind.FINAL);
	}

	@Test
	void aRecordedTypeCountsOnlyOutermost() {
		this.recordFailures = Set.of(IllegalArgumentException.class);
		assertThat(classify(new RuntimeException(new IllegalArgumentException()))).isEqualTo(FailureKind.RELEASED);
		assertThat(classify(new TimeoutException() {

			@Override
			public synchronized Throwable getCause() {
				return new IllegalArgumentException();
			}

		})).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void anAttemptThatAnotherFailureSuppressesCounts() {
		Exception failure = new IllegalStateException("no", new ConnectException());
		failure.addSuppressed(new ConnectException());
		assertThat(classify(failure)).isEqualTo(FailureKind.RELEASED);
		failure.addSuppressed(new IOException(new TimeoutException()));
		assertThat(classify(failure)).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new CompletionException(failure))).isEqualTo(FailureKind.AMBIGUOUS);
		Exception refused = new ConnectException();
		refused.addSuppressed(failure);
		assertThat(classify(refused)).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void whatAResourceFailsWithWhenItIsClosedSaysNothingAboutTheFailureBefore() {
		Throwable failure = catchThrowable(() -> {
			try (Answer answer = new Answer()) {
				throw new IllegalStateException("declined by " + answer.text());
			}
		});
		assertThat(failure.getSuppressed()).hasSize(1);
		assertThat(classify(failure)).isEqualTo(FailureKind.RELEASED);
		assertThat(classify(failure.getSuppressed()[0])).isEqualTo(FailureKind.AMBIGUOUS);
	}

	private static final class Answer implements Closeable {

		private String text() {
			return "the bank";
		}

		@Override
		public void close() throws IOException {
			throw new SocketTimeoutException("Read timed out");
		}

	}

	@Test
	void whatWasSuppressedBeforeThereWasAConnectionIsNoAttempt() {
		SQLException refused = new SQLException("refused", "08001", new EOFException());
		assertThat(classify(new SQLTransientConnectionException("no connection", "08006", suppressing(refused))))
			.isEqualTo(FailureKind.RELEASED);
		assertThat(classify(suppressing(
				new IdempotencyStoreException("inner", "k", "away", new SocketTimeoutException("Read timed out")))))
			.isEqualTo(FailureKind.RELEASED);
	}

	private static <X extends Throwable> X suppressing(X failure) {
		failure.addSuppressed(new SocketTimeoutException("Read timed out"));
		return failure;
	}

	@Test
	void failuresThatSuppressEachOtherEnd() {
		IOException one = new IOException();
		IOException two = new IOException();
		one.addSuppressed(two);
		two.addSuppressed(one);
		assertThat(classify(one)).isEqualTo(FailureKind.RELEASED);
		two.addSuppressed(new TimeoutException());
		assertThat(classify(one)).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void aCycleOfCausesEnds() {
		IOException one = new IOException();
		IOException two = new IOException(one);
		one.initCause(two);
		assertThat(classify(two)).isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void anAmbiguousFailureInACycleOfCausesIsFound() {
		IOException one = new IOException();
		TimeoutException two = new TimeoutException();
		one.initCause(two);
		two.initCause(one);
		assertThat(classify(one)).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void theCauseOfAChainThatIsLongerThanAnyRealOneIsFoundToo() {
		Throwable failure = new TimeoutException();
		for (int i = 0; i < 90; i++) {
			failure = new RuntimeException(failure);
		}
		assertThat(classify(failure)).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void whatIsCertainlyNotSentIsReleasedWhateverItIsTheCauseOf() {
		assertThat(classify(new IOException("Connection reset", new ConnectException())))
			.isEqualTo(FailureKind.RELEASED);
		assertThat(classify(new SQLException("closed", "08003", new UnknownHostException())))
			.isEqualTo(FailureKind.RELEASED);
		assertThat(classify(new SSLHandshakeException("terminated") {

			@Override
			public synchronized Throwable getCause() {
				return new EOFException();
			}

		})).isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void aCommitThatFailedIsAmbiguousWhateverCausedIt() {
		assertThat(classify(new TransactionSystemException("commit", new ConnectException())))
			.isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void aGuardedCallThatWasRefusedHasDoneNothing() {
		assertThat(classify(new RuntimeException(
				new IdempotencyStoreException("inner", "k", "away", new SocketTimeoutException("Read timed out")))))
			.isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void oneOfSeveralAttemptsThatMayHaveBeenProcessedIsEnough() {
		RetryException refused = new RetryException("exhausted", new ConnectException());
		refused.addSuppressed(new ConnectException());
		assertThat(classify(refused)).isEqualTo(FailureKind.RELEASED);
		refused.addSuppressed(new SocketTimeoutException("Read timed out"));
		assertThat(classify(refused)).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(Exceptions.multiple(new IOException(), ReadTimeoutException.INSTANCE)))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(Exceptions.multiple(new IOException(), new ConnectException())))
			.isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void whatHidesTheAttemptsBeforeTheLastOneLeavesItOpen() {
		AtomicInteger attempts = new AtomicInteger();
		Throwable exhausted = catchThrowable(() -> Mono
			.error(() -> (attempts.getAndIncrement() == 0) ? new TimeoutException() : new ConnectException("refused"))
			.retryWhen(Retry.max(1))
			.block());
		assertThat(exhausted).hasCauseInstanceOf(ConnectException.class);
		assertThat(classify(exhausted)).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void ofMailsThatWereSentTogetherOneThatMayHaveArrivedIsEnough() {
		Exception silent = new Exception("Exception reading response", new SocketTimeoutException("Read timed out"));
		Exception rejected = new Exception("550 no such user");
		assertThat(classify(new MailSendException(Map.of("mail", silent)))).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new MailSendException(Map.of("one", rejected, "other", silent))))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new MailSendException(Map.of("mail", rejected)))).isEqualTo(FailureKind.RELEASED);
		Exception refused = new Exception("Couldn't connect to host", new ConnectException("refused"));
		assertThat(classify(new MailSendException("Mail server connection failed", refused, Map.of("mail", refused))))
			.isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void ofABatchEachFailureCounts() {
		BatchUpdateException batch = new BatchUpdateException("batch", "90067", new int[0]);
		batch.setNextException(new SQLException("a value", "22001"));
		assertThat(classify(batch)).isEqualTo(FailureKind.RELEASED);
		batch.setNextException(new SQLException("broken", "90067", new EOFException()));
		assertThat(classify(batch)).isEqualTo(FailureKind.AMBIGUOUS);
		BatchUpdateException large = new BatchUpdateException("batch", "22001", new int[0]);
		for (int i = 0; i < 200; i++) {
			large.setNextException(new BatchUpdateException("row", "22001", new int[0]));
		}
		assertThat(classify(large)).isEqualTo(FailureKind.RELEASED);
	}

	@ParameterizedTest
	@ValueSource(ints = { 502, 504, 520, 524 })
	void aGatewayThatGotNoAnswerLeavesItOpen(int status) {
		HttpStatusCode code = HttpStatusCode.valueOf(status);
		assertThat(classify(HttpServerErrorException.create(code, "", new HttpHeaders(), new byte[0], null)))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new HttpServerErrorException(code))).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(WebClientResponseException.create(code, "", new HttpHeaders(), new byte[0], null, null)))
			.isEqualTo(FailureKind.AMBIGUOUS);
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 408, 409, 425, 429, 500, 501, 503, 521, 522, 523 })
	void anyOtherStatusIsAnAnswer(int status) {
		HttpStatusCode code = HttpStatusCode.valueOf(status);
		assertThat(classify(new RestClientResponseException(status + " " + "504", code, "", null, null, null)))
			.isEqualTo(FailureKind.RELEASED);
		assertThat(classify(WebClientResponseException.create(code, "", new HttpHeaders(), new byte[0], null, null)))
			.isEqualTo(FailureKind.RELEASED);
	}

	@Test
	void anAnswerThatCannotBeReadLeavesItOpen() {
		assertThat(classify(new RestClientException("Error while extracting response for type [java.util.Map]",
				new HttpMessageNotReadableException("JSON", new MockHttpInputMessage(new byte[0])))))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(
				new HttpMessageNotReadableException("JSON", new EOFException(), new MockHttpInputMessage(new byte[0]))))
			.isEqualTo(FailureKind.RELEASED);
	}

	/** Of libraries that are not here, by their names. */
	private static Throwable named(String type, String getter, @Nullable Object value) {
		try {
			return new ByteBuddy().subclass(RuntimeException.class)
				.name(type)
				.defineMethod(getter, Object.class, Visibility.PUBLIC)
				.intercept((value != null) ? FixedValue.reference(value) : FixedValue.nullValue())
				.make()
				.load(FailureKindTests.class.getClassLoader())
				.getLoaded()
				.getConstructor(String.class)
				.newInstance(String.valueOf(value));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Throwable named(String type, String message) {
		return named(type, "getText", message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.kafka.requestreply.KafkaReplyTimeoutException",
			"org.springframework.integration.MessageTimeoutException", "io.vertx.core.http.HttpClosedException",
			"io.vertx.core.http.StreamResetException", "io.vertx.core.impl.NoStackTraceTimeoutException",
			"com.datastax.oss.driver.api.core.DriverTimeoutException",
			"com.datastax.oss.driver.api.core.connection.ClosedConnectionException",
			"com.datastax.oss.driver.api.core.connection.HeartbeatException",
			"com.datastax.oss.driver.api.core.servererrors.WriteTimeoutException",
			"com.datastax.oss.driver.api.core.servererrors.WriteFailureException",
			"com.datastax.oss.driver.api.core.servererrors.CASWriteUnknownException",
			"com.hazelcast.core.OperationTimeoutException", "com.hazelcast.core.IndeterminateOperationStateException",
			"com.hazelcast.core.MemberLeftException", "com.hazelcast.spi.exception.TargetDisconnectedException",
			"org.apache.qpid.jms.JmsOperationTimedOutException", "org.apache.activemq.ConnectionFailedException",
			"com.mongodb.MongoWriteConcernException" })
	void whatMayHaveBeenProcessedIsKnownByTheNameOfItsClass(String type) {
		assertThat(classify(named(type, "x"))).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new CompletionException(named(type, "x")))).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			io.vertx.core.http.StreamResetException | Stream reset: 7
			io.vertx.core.impl.NoStackTraceTimeoutException | exceeded when getting a connection to pay:443
			io.vertx.core.eventbus.ReplyException | No handlers for address pay
			com.datastax.oss.driver.api.core.NoNodeAvailableException | No node was available
			com.datastax.oss.driver.api.core.servererrors.UnavailableException | Not enough replicas
			com.datastax.oss.driver.api.core.connection.ConnectionInitException | x
			com.hazelcast.client.HazelcastClientOfflineException | No connection found
			org.elasticsearch.client.ResponseException | method [POST], URI [/504], status line [HTTP/1.1 503 Busy]
			com.azure.core.exception.HttpResponseException | Status code 503, "busy"
			jakarta.jms.TransactionInProgressException | x
			""")
	void whatWasNotSentOrIsAnAnswerIsKnownByTheNameOfItsClassToo(String type, String message) {
		assertThat(classify(named(type, message))).isEqualTo(FailureKind.RELEASED);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			org.elasticsearch.client.ResponseException | method [POST], URI [/x], status line [HTTP/1.1 504 Gateway]
			org.opensearch.client.ResponseException | method [PUT], URI [/x], status line [HTTP/1.1 502 Bad Gateway]
			com.azure.core.exception.HttpResponseException | Status code 504, "gateway"
			com.google.api.client.http.HttpResponseException | 502 Bad Gateway
			io.vertx.core.eventbus.ReplyException | Timed out after waiting 30000(ms) for a reply.
			""")
	void anAnswerThatDidNotComeIsKnownByItsText(String type, String message) {
		assertThat(classify(named(type, message))).isEqualTo(FailureKind.AMBIGUOUS);
	}

	@ParameterizedTest
	@CsvSource(nullValues = "null",
			value = { "NonTransientResource, null, AMBIGUOUS", "TransientResource, null, AMBIGUOUS",
					"NonTransientResource, 08006, AMBIGUOUS", "NonTransientResource, 57P01, AMBIGUOUS",
					"NonTransientResource, 08001, RELEASED", "NonTransientResource, 53300, RELEASED",
					"DataIntegrityViolation, 23505, RELEASED", "Timeout, 57014, RELEASED", "Timeout, null, RELEASED" })
	void aReactiveDatabaseIsJudgedByItsState(String type, @Nullable String state, FailureKind expected) {
		Throwable failure = named("io.r2dbc.spi.R2dbc%sException".formatted(type), "getSqlState", state);
		assertThat(classify(failure)).isEqualTo(expected);
		assertThat(classify(new IllegalStateException(failure))).isEqualTo(expected);
	}

	@Test
	void whatIsLinkedToAnExceptionOfJmsCounts() {
		String type = "jakarta.jms.JMSException";
		assertThat(classify(named(type, "getLinkedException", new SocketTimeoutException("Read timed out"))))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(named(type, "getLinkedException", new ConnectException()))).isEqualTo(FailureKind.RELEASED);
		assertThat(classify(named(type, "getLinkedException", null))).isEqualTo(FailureKind.RELEASED);
	}

	private enum AmqpCondition {

		TIMEOUT_ERROR, LINK_DETACH_FORCED, SERVER_BUSY_ERROR, NOT_FOUND

	}

	@ParameterizedTest
	@EnumSource
	void aMessageToAzureIsJudgedByItsCondition(AmqpCondition condition) {
		boolean answer = condition == AmqpCondition.SERVER_BUSY_ERROR || condition == AmqpCondition.NOT_FOUND;
		assertThat(classify(named("com.azure.core.amqp.exception.AmqpException", "getErrorCondition", condition)))
			.isEqualTo(answer ? FailureKind.RELEASED : FailureKind.AMBIGUOUS);
	}

	static Stream<Throwable> connectionsThatDriversLose() {
		return Stream.of(new SQLRecoverableException("No more data to read from socket", null, 17410),
				new SQLRecoverableException("Protocol violation", "99999", 17447),
				new SQLRecoverableException("end-of-file on communication channel", "03113", 3113),
				new SQLRecoverableException("Communications link failure"),
				new SQLNonTransientConnectionException("Connection is broken", "90067", 90067),
				new SQLNonTransientConnectionException("Database is already closed", "90121", 90121),
				new SQLException("terminating connection due to administrator command", "57P01"),
				new SQLException("because of crash of another server process", "57P02"),
				new SQLException("Connection reset", "08S01"), new SQLException("insufficient data", "08001", -4499),
				new SQLException("batch", "HY000", suppressing(new SQLException("lost", "08S01"))));
	}

	@ParameterizedTest
	@MethodSource("connectionsThatDriversLose")
	void aConnectionThatIsLostLeavesOpenWhatAStatementHasDone(Throwable failure) {
		assertThat(classify(failure)).isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new UncategorizedSQLException("update", "UPDATE x", (SQLException) failure)))
			.isEqualTo(FailureKind.AMBIGUOUS);
	}

	@Test
	void aStatementThatTheDatabaseHasAnsweredIsReleased() {
		assertThat(classify(new SQLNonTransientConnectionException("too many connections", "08004")))
			.isEqualTo(FailureKind.RELEASED);
		assertThat(classify(new SQLRecoverableException("no listener", "08001", 12541)))
			.isEqualTo(FailureKind.RELEASED);
		assertThat(classify(new SQLException("canceling statement due to statement timeout", "57014")))
			.isEqualTo(FailureKind.RELEASED);
		assertThat(classify(new SQLException("Connection is closed"))).isEqualTo(FailureKind.RELEASED);
		SQLException reset = new SQLException("Connection reset", "08S01");
		assertThat(classify(new JDBCConnectionException("Unable to acquire JDBC Connection [x]", reset)))
			.isEqualTo(FailureKind.RELEASED);
		assertThat(classify(new JDBCConnectionException("could not execute statement", reset)))
			.isEqualTo(FailureKind.AMBIGUOUS);
		assertThat(classify(new SQLException("the database system is starting up", "57P03")))
			.isEqualTo(FailureKind.RELEASED);
	}

}
