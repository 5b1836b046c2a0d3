package io.idempotent.engine.failure;

import java.lang.reflect.Method;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import io.idempotent.engine.failure.RequestFailures.Rule;
import io.idempotent.engine.failure.RequestFailures.Verdict;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ReflectionUtils;

/**
 * What is known of each client. Exceptions are known by the names of their classes, of
 * which the nearest in the hierarchy of a failure counts, so that no client has to be
 * there; where the class says too little, by the message or by where it was thrown.
 */
final class ClientFailures {

	/**
	 * {@code 504 Gateway Timeout}, {@code [504 ...] during [POST]},
	 * {@code Status Code: 504}, {@code status line [HTTP/1.1 504 ...]}.
	 */
	private static final Pattern GATEWAY = Pattern
		.compile("(^\\[?|^HTTP |Status [Cc]ode:? |Response Code: |status line \\[HTTP/[\\d.]+ )(502|504|520|524)\\b");

	/** Of gRPC: what its transport says as well when it has lost a call. */
	private static final Pattern CALL_LOST = Pattern
		.compile("^(CANCELLED|UNKNOWN|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE)\\b");

	private static final Pattern CONNECTION_LOST = Pattern
		.compile("(?i)connection reset|broken pipe|RST_STREAM|GOAWAY");

	/** Of PostgreSQL, whose servers end sessions with it that may have just committed. */
	private static final Set<String> SHUT_DOWN = Set.of("57P01", "57P02");

	private static final Set<String> NOT_CONNECTED = Set.of("08001", "08004");

	/** Of Db2, which says 08001 of connections that break as well. */
	private static final int DB2_COMMUNICATION_ERROR = -4499;

	/** Conditions of AMQP, by the names of the constants of Azure. */
	private static final Set<String> AMQP_LOST = Set.of("TIMEOUT_ERROR", "CONNECTION_FORCED", "LINK_DETACH_FORCED",
			"CONNECTION_FRAMING_ERROR", "PROTON_IO", "OPERATION_CANCELLED");

	private static final Set<String> CONNECTING = Set.of("connect", "connect0", "finishConnect", "pollConnect",
			"pollConnectNow", "timedFinishConnect");

	/**
	 * More than there are between a system call and the channel that is read or written.
	 */
	private static final int FRAMES = 16;

	private static final Map<String, Rule> RULES = new HashMap<>();

	static {
		jvm();
		network();
		databases();
		httpClients();
		springHttp();
		messages();
		keyValueStores();
		clouds();
	}

	private ClientFailures() {
	}

	static Rule ruleOf(Throwable failure) {
		for (Class<?> type = failure.getClass(); type != Object.class; type = type.getSuperclass()) {
			Rule rule = RULES.get(type.getName());
			if (rule != null) {
				return rule;
			}
		}
		return (unknown) -> null;
	}

	private static void jvm() {
		unknown("java.lang.VirtualMachineError");
		maybeSent("java.lang.InterruptedException", "java.util.concurrent.CancellationException");
		// of the AWS SDK, which has no type of its own for it
		maybeSentUnless("Acquire operation took longer", "java.util.concurrent.TimeoutException");
		// its cause is the last attempt, and those before it are gone
		unknown("reactor.core.Exceptions$RetryExhaustedException");
	}

	private static void network() {
		notSent("java.net.ConnectException", "java.net.NoRouteToHostException", "java.net.BindException",
				"java.net.UnknownHostException", "java.nio.channels.UnresolvedAddressException",
				"java.net.http.HttpConnectTimeoutException", "javax.net.ssl.SSLHandshakeException",
				"javax.net.ssl.SSLPeerUnverifiedException");
		maybeSent("java.io.InterruptedIOException", "java.io.EOFException", "java.net.ProtocolException",
				"java.net.http.HttpTimeoutException");
		// Netty suppresses the handshake during which a connection was closed
		RULES.put("java.nio.channels.ClosedChannelException",
				(failure) -> Stream.of(failure.getSuppressed()).anyMatch(SSLHandshakeException.class::isInstance)
						? Verdict.NOT_SENT : Verdict.MAYBE_SENT);
		maybeSentUnless("nrecognized SSL message", "javax.net.ssl.SSLException");
		RULES.put("java.io.IOException",
				(failure) -> text(failure).contains("Stream not processed") ? Verdict.NOT_SENT : ofConnection(failure));
		RULES.put("java.net.SocketException",
				(failure) -> isConnecting(failure) ? Verdict.NOT_SENT : Verdict.MAYBE_SENT);
		// Jetty has no type of its own either
		RULES.put("java.net.SocketTimeoutException", (
				failure) -> (text(failure).toLowerCase(Locale.ROOT).startsWith("connect time") || isConnecting(failure))
						? Verdict.NOT_SENT : Verdict.MAYBE_SENT);
	}

	private static void databases() {
		unknown("org.springframework.transaction.HeuristicCompletionException");
		RULES.put("org.springframework.transaction.TransactionSystemException",
				(failure) -> CommitFailures.saysRolledBack(failure) ? null : Verdict.UNKNOWN);
		notSent("org.springframework.jdbc.CannotGetJdbcConnectionException",
				"org.springframework.transaction.CannotCreateTransactionException");
		notSentIf("Unable to acquire JDBC Connection", "org.hibernate.exception.JDBCConnectionException");
		// JDBC
		RULES.put("java.sql.SQLException", (failure) -> ofSql((SQLException) failure));
		notSent("java.sql.SQLTransientConnectionException");
		// R2DBC
		RULES.put("io.r2dbc.spi.R2dbcException", (failure) -> ofState(CommitFailures.sqlState(failure)));
		for (String type : Set.of("io.r2dbc.spi.R2dbcNonTransientResourceException",
				"io.r2dbc.spi.R2dbcTransientResourceException")) {
			RULES.put(type, (failure) -> {
				String state = CommitFailures.sqlState(failure);
				return (state != null) ? ofState(state) : Verdict.MAYBE_SENT;
			});
		}
		notSentIf("Connection acquisition timed out", "io.r2dbc.spi.R2dbcTimeoutException");
		// MongoDB
		notSent("com.mongodb.MongoTimeoutException", "com.mongodb.MongoSocketOpenException");
		maybeSent("com.mongodb.MongoSocketException", "com.mongodb.MongoOperationTimeoutException",
				"com.mongodb.MongoInterruptedException", "com.mongodb.MongoWriteConcernException");
		// Cassandra
		String cassandra = "com.datastax.oss.driver.api.core.";
		maybeSent(cassandra + "DriverTimeoutException", cassandra + "connection.ClosedConnectionException",
				cassandra + "connection.HeartbeatException", cassandra + "servererrors.WriteTimeoutException",
				cassandra + "servererrors.WriteFailureException", cassandra + "servererrors.CASWriteUnknownException");
		notSent(cassandra + "connection.ConnectionInitException");
	}

	private static void httpClients() {
		// Apache
		notSent("org.apache.hc.client5.http.ConnectTimeoutException",
				"org.apache.hc.core5.http.ConnectionRequestTimeoutException",
				"org.apache.hc.core5.http.RequestNotExecutedException", "org.apache.http.conn.ConnectTimeoutException");
		maybeSent("org.apache.hc.core5.http.NoHttpResponseException",
				"org.apache.hc.core5.http.ConnectionClosedException",
				"org.apache.hc.core5.http.MalformedChunkCodingException", "org.apache.hc.core5.http.ProtocolException",
				"org.apache.hc.core5.http2.H2ConnectionException", "org.apache.hc.core5.http2.H2StreamResetException",
				"org.apache.http.NoHttpResponseException", "org.apache.http.ConnectionClosedException",
				"org.apache.http.MalformedChunkCodingException");
		// Jetty
		maybeSent("org.eclipse.jetty.client.HttpResponseException");
		// Netty, and Reactor Netty
		notSent("io.netty.channel.AbstractChannel$AnnotatedSocketException",
				"io.netty.handler.ssl.NotSslRecordException",
				"reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException",
				"reactor.pool.PoolAcquireTimeoutException");
		maybeSent("reactor.netty.http.client.PrematureCloseException", "reactor.netty.channel.AbortedException",
				"io.netty.handler.timeout.TimeoutException", "io.netty.channel.unix.Errors$NativeIoException",
				"io.netty.handler.codec.CodecException", "io.netty.handler.codec.http2.Http2Exception");
		// OkHttp
		maybeSent("okhttp3.internal.http2.ConnectionShutdownException");
		maybeSentUnless("REFUSED_STREAM", "okhttp3.internal.http2.StreamResetException");
		// Vert.x, whose codes are those of HTTP/2: 7 refuses the stream
		maybeSent("io.vertx.core.http.HttpClosedException");
		maybeSentUnless("Stream reset: 7", "io.vertx.core.http.StreamResetException");
		maybeSentUnless("getting a connection", "io.vertx.core.impl.NoStackTraceTimeoutException");
		RULES.put("io.vertx.core.eventbus.ReplyException",
				(failure) -> text(failure).startsWith("Timed out") ? Verdict.MAYBE_SENT : null);
		// gRPC
		RULES.put("io.grpc.StatusException", ClientFailures::ofGrpc);
		RULES.put("io.grpc.StatusRuntimeException", ClientFailures::ofGrpc);
		for (String type : Set.of("feign.FeignException", "retrofit2.HttpException",
				"org.elasticsearch.client.ResponseException", "org.opensearch.client.ResponseException")) {
			RULES.put(type, ClientFailures::ofStatus);
		}
		// answered, and processed, but the answer cannot be read
		unknown("feign.codec.DecodeException");
	}

	private static void springHttp() {
		RULES.put("org.springframework.web.client.RestClientResponseException", ClientFailures::ofStatus);
		RULES.put("org.springframework.web.reactive.function.client.WebClientResponseException",
				ClientFailures::ofStatus);
		// answered, and processed, but the answer cannot be read
		unknown("org.springframework.web.client.UnknownContentTypeException");
		RULES.put("org.springframework.web.client.RestClientException",
				(failure) -> text(failure).startsWith("Error while extracting response") ? Verdict.UNKNOWN : null);
		maybeSent("org.springframework.core.codec.DecodingException");
		// of a request to this application
		notSent("org.springframework.web.server.ServerWebInputException",
				"org.springframework.http.converter.HttpMessageNotReadableException");
	}

	private static void messages() {
		// Kafka
		maybeSentUnless("not present in metadata", "org.apache.kafka.common.errors.TimeoutException");
		notSent("org.apache.kafka.clients.producer.BufferExhaustedException");
		maybeSent("org.apache.kafka.common.errors.DisconnectException",
				"org.apache.kafka.common.errors.NetworkException",
				"org.apache.kafka.common.errors.NotEnoughReplicasAfterAppendException",
				"org.springframework.kafka.requestreply.KafkaReplyTimeoutException");
		// RabbitMQ
		notSent("com.rabbitmq.client.AlreadyClosedException");
		maybeSent("com.rabbitmq.client.ShutdownSignalException", "org.springframework.amqp.AmqpTimeoutException");
		// JMS
		String artemis = "org.apache.activemq.artemis.api.core.";
		notSent(artemis + "ActiveMQNotConnectedException");
		maybeSent(artemis + "ActiveMQConnectionTimedOutException", artemis + "ActiveMQDisconnectedException",
				artemis + "ActiveMQTransactionOutcomeUnknownException", artemis + "ActiveMQUnBlockedException",
				"org.apache.activemq.ConnectionFailedException", "org.apache.qpid.jms.JmsOperationTimedOutException",
				"org.apache.qpid.jms.JmsConnectionFailedException");
		// Spring Integration
		maybeSent("org.springframework.integration.MessageTimeoutException");
	}

	private static void keyValueStores() {
		// Lettuce
		notSent("io.lettuce.core.RedisConnectionException");
		maybeSent("io.lettuce.core.RedisCommandTimeoutException", "io.lettuce.core.RedisCommandInterruptedException");
		maybeSentUnless("Currently not connected", "io.lettuce.core.RedisException");
		// the server has answered
		RULES.put("io.lettuce.core.RedisCommandExecutionException", (failure) -> null);
		// Jedis
		maybeSentUnless("Failed to", "redis.clients.jedis.exceptions.JedisConnectionException");
		// Hazelcast
		maybeSent("com.hazelcast.core.OperationTimeoutException",
				"com.hazelcast.core.IndeterminateOperationStateException", "com.hazelcast.core.MemberLeftException",
				"com.hazelcast.spi.exception.TargetDisconnectedException");
		notSent("com.hazelcast.client.HazelcastClientOfflineException");
	}

	private static void clouds() {
		// AWS
		maybeSent("software.amazon.awssdk.core.exception.ApiCallTimeoutException",
				"software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException",
				"software.amazon.awssdk.core.exception.AbortedException");
		RULES.put("software.amazon.awssdk.core.exception.SdkException", ClientFailures::ofAws);
		// Azure, and Google
		RULES.put("com.azure.core.exception.HttpResponseException", ClientFailures::ofStatus);
		RULES.put("com.azure.core.amqp.exception.AmqpException", ClientFailures::ofAzureMessaging);
		RULES.put("com.google.api.client.http.HttpResponseException", ClientFailures::ofStatus);
	}

	private static void notSent(String... types) {
		all(Verdict.NOT_SENT, types);
	}

	private static void maybeSent(String... types) {
		all(Verdict.MAYBE_SENT, types);
	}

	private static void unknown(String... types) {
		all(Verdict.UNKNOWN, types);
	}

	private static void all(Verdict verdict, String... types) {
		for (String type : types) {
			RULES.put(type, (failure) -> verdict);
		}
	}

	private static void maybeSentUnless(String message, String type) {
		RULES.put(type, (failure) -> text(failure).contains(message) ? Verdict.NOT_SENT : Verdict.MAYBE_SENT);
	}

	private static void notSentIf(String message, String type) {
		RULES.put(type, (failure) -> text(failure).contains(message) ? Verdict.NOT_SENT : null);
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
	 * What the state does not tell, the class does: drivers have exceptions for a
	 * connection that was lost, whatever their states.
	 */
	private static @Nullable Verdict ofSql(SQLException failure) {
		String state = failure.getSQLState();
		if (failure.getErrorCode() == DB2_COMMUNICATION_ERROR && "08001".equals(state)) {
			return Verdict.MAYBE_SENT;
		}
		boolean lost = failure instanceof SQLNonTransientConnectionException
				|| failure instanceof SQLRecoverableException;
		return (lost && (state == null || !NOT_CONNECTED.contains(state))) ? Verdict.MAYBE_SENT : ofState(state);
	}

	/**
	 * Connection exceptions leave it open, unless there was no connection yet; any other
	 * state is the database's answer.
	 */
	private static @Nullable Verdict ofState(@Nullable String sqlState) {
		String state = Objects.requireNonNullElse(sqlState, "");
		if (NOT_CONNECTED.contains(state)) {
			return Verdict.NOT_SENT;
		}
		return (state.startsWith("08") || state.equals("40003") || SHUT_DOWN.contains(state)) ? Verdict.MAYBE_SENT
				: null;
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
	 * Those that say that the service had no part in it, or has answered, are no open
	 * ones.
	 */
	private static @Nullable Verdict ofAzureMessaging(Throwable failure) {
		Method method = ReflectionUtils.findMethod(failure.getClass(), "getErrorCondition");
		Object condition = (method != null) ? ReflectionUtils.invokeMethod(method, failure) : null;
		return (condition instanceof Enum<?> lost && AMQP_LOST.contains(lost.name())) ? Verdict.MAYBE_SENT : null;
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

}
