package io.idempotent.engine;

import java.lang.reflect.Method;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import io.idempotent.IdempotencyException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * Tells from the failure of a request to another system whether that may have processed
 * it. What the clients throw is known by the names of their classes, of which the nearest
 * in the hierarchy of a failure counts, so that no client has to be there; where the
 * class says too little, by the message or by where it was thrown.
 */
final class RequestFailures {

	/**
	 * {@code 504 Gateway Timeout}, {@code [504 ...] during [POST]},
	 * {@code Status Code: 504}.
	 */
	private static final Pattern GATEWAY = Pattern
		.compile("(^\\[?|^HTTP |Status Code: |Response Code: )(502|504|520|524)\\b");

	/** Of gRPC: what its transport says as well when it has lost a call. */
	private static final Pattern CALL_LOST = Pattern
		.compile("^(CANCELLED|UNKNOWN|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE)\\b");

	private static final Pattern CONNECTION_LOST = Pattern
		.compile("(?i)connection reset|broken pipe|RST_STREAM|GOAWAY");

	private static final Set<String> CONNECTING = Set.of("connect", "connect0", "finishConnect", "pollConnect",
			"pollConnectNow", "timedFinishConnect");

	/**
	 * More than there are between a system call and the channel that is read or written.
	 */
	private static final int FRAMES = 16;

	/** Failures of one batch that are looked at. */
	private static final int MAX_CHAINED = 1_000;

	private static final Map<String, Rule> RULES = new HashMap<>();

	static {
		all(Verdict.UNKNOWN, "java.lang.VirtualMachineError",
				"org.springframework.transaction.HeuristicCompletionException");
		RULES.put("org.springframework.transaction.TransactionSystemException",
				(failure) -> CommitFailures.saysRolledBack(failure) ? null : Verdict.UNKNOWN);
		all(Verdict.MAYBE_SENT, "java.lang.InterruptedException", "java.util.concurrent.CancellationException");
		jdk();
		httpClients();
		messagesAndData();
		RULES.put("io.grpc.StatusException", RequestFailures::ofGrpc);
		RULES.put("io.grpc.StatusRuntimeException", RequestFailures::ofGrpc);
		all(Verdict.MAYBE_SENT, "software.amazon.awssdk.core.exception.ApiCallTimeoutException",
				"software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException",
				"software.amazon.awssdk.core.exception.AbortedException");
		RULES.put("software.amazon.awssdk.core.exception.SdkException", RequestFailures::ofAws);
		RULES.put("org.springframework.core.retry.RetryException", RequestFailures::ofAttempts);
		RULES.put("reactor.core.Exceptions$CompositeException", RequestFailures::ofAttempts);
		// its cause is the last attempt, and those before it are gone
		all(Verdict.UNKNOWN, "reactor.core.Exceptions$RetryExhaustedException");
		RULES.put("org.springframework.mail.MailSendException", RequestFailures::ofMessages);
	}

	private RequestFailures() {
	}

	private static void jdk() {
		all(Verdict.NOT_SENT, "java.net.ConnectException", "java.net.NoRouteToHostException", "java.net.BindException",
				"java.net.UnknownHostException", "java.nio.channels.UnresolvedAddressException",
				"java.net.http.HttpConnectTimeoutException", "javax.net.ssl.SSLHandshakeException",
				"javax.net.ssl.SSLPeerUnverifiedException");
		all(Verdict.MAYBE_SENT, "java.io.InterruptedIOException", "java.io.EOFException", "java.net.ProtocolException",
				"java.net.http.HttpTimeoutException");
		// Netty suppresses the handshake during which a connection was closed
		RULES.put("java.nio.channels.ClosedChannelException",
				(failure) -> Stream.of(failure.getSuppressed()).anyMatch(SSLHandshakeException.class::isInstance)
						? Verdict.NOT_SENT : Verdict.MAYBE_SENT);
		unless("nrecognized SSL message", "javax.net.ssl.SSLException");
		// of the AWS SDK, which has no type of its own for it
		unless("Acquire operation took longer", "java.util.concurrent.TimeoutException");
		unless("Stream not processed", "java.io.IOException", RequestFailures::ofConnection);
		RULES.put("java.net.SocketException",
				(failure) -> isConnecting(failure) ? Verdict.NOT_SENT : Verdict.MAYBE_SENT);
		// Jetty has no type of its own either
		RULES.put("java.net.SocketTimeoutException", (
				failure) -> (text(failure).toLowerCase(Locale.ROOT).startsWith("connect time") || isConnecting(failure))
						? Verdict.NOT_SENT : Verdict.MAYBE_SENT);
		RULES.put("java.sql.SQLException", RequestFailures::ofSql);
		all(Verdict.NOT_SENT, "java.sql.SQLTransientConnectionException",
				"org.springframework.jdbc.CannotGetJdbcConnectionException",
				"org.springframework.transaction.CannotCreateTransactionException");
	}

	private static void httpClients() {
		all(Verdict.NOT_SENT, "org.apache.hc.client5.http.ConnectTimeoutException",
				"org.apache.hc.core5.http.ConnectionRequestTimeoutException",
				"org.apache.hc.core5.http.RequestNotExecutedException", "org.apache.http.conn.ConnectTimeoutException",
				"io.netty.channel.AbstractChannel$AnnotatedSocketException",
				"io.netty.handler.ssl.NotSslRecordException",
				"reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException",
				"reactor.pool.PoolAcquireTimeoutException");
		all(Verdict.MAYBE_SENT, "org.apache.hc.core5.http.NoHttpResponseException",
				"org.apache.hc.core5.http.ConnectionClosedException",
				"org.apache.hc.core5.http.MalformedChunkCodingException", "org.apache.hc.core5.http.ProtocolException",
				"org.apache.hc.core5.http2.H2ConnectionException", "org.apache.hc.core5.http2.H2StreamResetException",
				"org.apache.http.NoHttpResponseException", "org.apache.http.ConnectionClosedException",
				"org.apache.http.MalformedChunkCodingException", "org.eclipse.jetty.client.HttpResponseException",
				"reactor.netty.http.client.PrematureCloseException", "reactor.netty.channel.AbortedException",
				"io.netty.handler.timeout.TimeoutException", "io.netty.channel.unix.Errors$NativeIoException",
				"io.netty.handler.codec.CodecException", "io.netty.handler.codec.http2.Http2Exception",
				"okhttp3.internal.http2.ConnectionShutdownException");
		unless("REFUSED_STREAM", "okhttp3.internal.http2.StreamResetException");
		// answered, and processed, but the answer cannot be read
		all(Verdict.UNKNOWN, "org.springframework.web.client.UnknownContentTypeException",
				"feign.codec.DecodeException");
		RULES.put("org.springframework.web.client.RestClientException",
				(failure) -> text(failure).startsWith("Error while extracting response") ? Verdict.UNKNOWN : null);
		all(Verdict.MAYBE_SENT, "org.springframework.core.codec.DecodingException");
		// of a request to this application
		all(Verdict.NOT_SENT, "org.springframework.web.server.ServerWebInputException",
				"org.springframework.http.converter.HttpMessageNotReadableException");
		for (String type : Set.of("org.springframework.web.client.RestClientResponseException",
				"org.springframework.web.reactive.function.client.WebClientResponseException", "feign.FeignException",
				"retrofit2.HttpException")) {
			RULES.put(type, RequestFailures::ofStatus);
		}
	}

	private static void messagesAndData() {
		unless("not present in metadata", "org.apache.kafka.common.errors.TimeoutException");
		all(Verdict.NOT_SENT, "org.apache.kafka.clients.producer.BufferExhaustedException",
				"com.rabbitmq.client.AlreadyClosedException",
				"org.apache.activemq.artemis.api.core.ActiveMQNotConnectedException",
				"io.lettuce.core.RedisConnectionException", "com.mongodb.MongoTimeoutException",
				"com.mongodb.MongoSocketOpenException");
		all(Verdict.MAYBE_SENT, "org.apache.kafka.common.errors.DisconnectException",
				"org.apache.kafka.common.errors.NetworkException",
				"org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException",
				"com.rabbitmq.client.ShutdownSignalException", "org.springframework.amqp.AmqpTimeoutException",
				"org.apache.activemq.artemis.api.core.ActiveMQConnectionTimedOutException",
				"org.apache.activemq.artemis.api.core.ActiveMQDisconnectedException",
				"org.apache.activemq.artemis.api.core.ActiveMQTransactionOutcomeUnknownException",
				"org.apache.activemq.artemis.api.core.ActiveMQUnBlockedException",
				"io.lettuce.core.RedisCommandTimeoutException", "io.lettuce.core.RedisCommandInterruptedException",
				"com.mongodb.MongoSocketException", "com.mongodb.MongoOperationTimeoutException");
		unless("Currently not connected", "io.lettuce.core.RedisException");
		// the server has answered
		RULES.put("io.lettuce.core.RedisCommandExecutionException", (failure) -> null);
		unless("Failed to", "redis.clients.jedis.exceptions.JedisConnectionException");
	}

	/**
	 * Whether it is left open what happened.
	 * @param causes a failure and its causes, outermost first
	 */
	static boolean leaveOpen(Stream<Throwable> causes) {
		return verdict(causes.iterator()) == Verdict.MAYBE_SENT;
	}

	/**
	 * That nothing was sent is certain, also if what it is the cause of looks like a
	 * request that was.
	 */
	private static @Nullable Verdict verdict(Iterator<Throwable> causes) {
		Verdict verdict = null;
		while (causes.hasNext()) {
			Throwable cause = causes.next();
			// a guarded call that was refused has done nothing
			Verdict mine = (cause instanceof IdempotencyException) ? Verdict.NOT_SENT : ruleOf(cause).apply(cause);
			if (mine == Verdict.UNKNOWN) {
				return Verdict.MAYBE_SENT;
			}
			if (mine == Verdict.NOT_SENT) {
				return isRepeatedByOkHttp(cause) ? Verdict.MAYBE_SENT : mine;
			}
			verdict = (mine != null) ? mine : verdict;
		}
		return verdict;
	}

	private static Rule ruleOf(Throwable failure) {
		for (Class<?> type = failure.getClass(); type != Object.class; type = type.getSuperclass()) {
			Rule rule = RULES.get(type.getName());
			if (rule != null) {
				return rule;
			}
		}
		return (unknown) -> null;
	}

	private static void all(Verdict verdict, String... types) {
		for (String type : types) {
			RULES.put(type, (failure) -> verdict);
		}
	}

	private static void unless(String message, String type) {
		unless(message, type, (failure) -> Verdict.MAYBE_SENT);
	}

	private static void unless(String message, String type, Rule otherwise) {
		RULES.put(type, (failure) -> text(failure).contains(message) ? Verdict.NOT_SENT : otherwise.apply(failure));
	}

	/**
	 * An exception of no particular type counts if it came from a connection. The
	 * system's messages depend on its language, so that they alone do not tell.
	 */
	private static @Nullable Verdict ofConnection(Throwable failure) {
		if (isConnecting(failure)) {
			return Verdict.NOT_SENT;
		}
		return (CONNECTION_LOST.matcher(text(failure)).find()
				|| isThrownIn(
						failure, (
								frame) -> frame.getClassName().startsWith("sun.nio.ch.Socket")
										|| frame.getClassName().startsWith("sun.nio.ch.NioSocket")
										|| (frame.getClassName().startsWith("jdk.internal.net.http.")
												&& !text(failure).startsWith("Tunnel failed")))) ? Verdict.MAYBE_SENT
														: null;
	}

	private static @Nullable Verdict ofStatus(Throwable failure) {
		String type = failure.getClass().getName();
		return (GATEWAY.matcher(text(failure)).find() || type.endsWith("$BadGateway")
				|| type.endsWith("$GatewayTimeout")) ? Verdict.MAYBE_SENT : null;
	}

	/**
	 * Connection exceptions leave it open, unless there was no connection yet; any other
	 * state is the database's answer.
	 */
	private static @Nullable Verdict ofSql(Throwable failure) {
		if (failure instanceof BatchUpdateException batch
				&& ofEach(Stream.iterate(batch.getNextException(), Objects::nonNull, SQLException::getNextException)
					.limit(MAX_CHAINED)
					.filter((next) -> !(next instanceof BatchUpdateException))) != null) {
			return Verdict.UNKNOWN;
		}
		String state = Objects.requireNonNullElse(((SQLException) failure).getSQLState(), "");
		if (state.equals("08001") || state.equals("08004")) {
			return Verdict.NOT_SENT;
		}
		return (state.startsWith("08") || state.equals("40003")) ? Verdict.MAYBE_SENT : null;
	}

	private static @Nullable Verdict ofGrpc(Throwable failure) {
		return CALL_LOST.matcher(text(failure)).find() ? Verdict.MAYBE_SENT : null;
	}

	/**
	 * The last of several attempts is thrown, and the messages of those before it are
	 * suppressed: only if they are the same, what the last one says holds for all.
	 */
	private static @Nullable Verdict ofAws(Throwable failure) {
		String last = withoutCount(failure);
		for (Throwable attempt : failure.getSuppressed()) {
			if (text(attempt).startsWith("Request attempt ") && !withoutCount(attempt).endsWith(last)) {
				return Verdict.UNKNOWN;
			}
		}
		return last.startsWith("Unable to unmarshall response") ? Verdict.UNKNOWN : ofStatus(failure);
	}

	private static String withoutCount(Throwable failure) {
		return text(failure).replaceFirst("(,? ?\\(?SDK Attempt Count: \\d+\\)?)+$", "");
	}

	/**
	 * One of several attempts that may have been processed is enough.
	 */
	private static @Nullable Verdict ofAttempts(Throwable failure) {
		return ofEach(Stream.of(failure.getSuppressed()));
	}

	/**
	 * What was sent together fails one by one, and the whole has no cause.
	 */
	private static @Nullable Verdict ofMessages(Throwable failure) {
		Method method = ReflectionUtils.findMethod(failure.getClass(), "getMessageExceptions");
		Object failures = (method != null) ? ReflectionUtils.invokeMethod(method, failure) : null;
		return (failures instanceof Throwable[] each) ? ofEach(Stream.of(each)) : null;
	}

	private static @Nullable Verdict ofEach(Stream<? extends Throwable> failures) {
		return failures.anyMatch(UnknownFailures.DEFAULT::include) ? Verdict.UNKNOWN : null;
	}

	/**
	 * It repeats a request whose connection broke, also one that is not idempotent, and
	 * suppresses what the attempts before the last one have failed with.
	 */
	private static boolean isRepeatedByOkHttp(Throwable failure) {
		return Stream.of(failure.getSuppressed())
			.flatMap((attempt) -> Stream.of(attempt.getStackTrace()))
			.anyMatch((frame) -> frame.getClassName().equals("okhttp3.internal.http.CallServerInterceptor"));
	}

	private static boolean isConnecting(Throwable failure) {
		return isThrownIn(failure, (frame) -> CONNECTING.contains(frame.getMethodName())
				&& (frame.getClassName().startsWith("sun.nio.ch.") || frame.getClassName().startsWith("java.net.")));
	}

	private static boolean isThrownIn(Throwable failure, Predicate<StackTraceElement> place) {
		return Stream.of(failure.getStackTrace()).limit(FRAMES).anyMatch(place);
	}

	private static String text(Throwable failure) {
		String message = failure.getMessage();
		return (message != null) ? message : "";
	}

	private enum Verdict {

		/** Certainly nothing was processed. */
		NOT_SENT,

		/** It may have been processed, unless a cause knows that nothing was sent. */
		MAYBE_SENT,

		/** Nobody knows, whatever the causes are. */
		UNKNOWN

	}

	/**
	 * Says what a failure of its types says, null for nothing.
	 */
	private interface Rule {

		@Nullable Verdict apply(Throwable failure);

	}

}
