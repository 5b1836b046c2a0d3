package io.idempotent.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.idempotent.ClosedPort;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.engine.TroubledServer.Trouble;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import io.netty.channel.ChannelOption;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.JettyClientHttpRequestFactory;
import org.springframework.http.client.ReactorClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What each client throws when its request may have been processed, and when it certainly
 * was not, under HOLD.
 */
@Timeout(60)
class RequestFailureTests {

	/** Short only where it is what the client is waiting for. */
	private static volatile Duration read = Duration.ofSeconds(20);

	private static volatile Duration connect = Duration.ofSeconds(20);

	private static final List<AutoCloseable> CLOSED_LAST = new ArrayList<>();

	private final TestEngine node = new TestEngine(new MemoryIdempotencyStore());

	private final AtomicInteger runs = new AtomicInteger();

	private TroubledServer server;

	/** Where it listens. */
	private int port;

	@BeforeEach
	void start() throws IOException {
		read = Duration.ofSeconds(20);
		connect = Duration.ofSeconds(20);
		this.server = new TroubledServer();
		this.port = this.server.port();
	}

	@AfterEach
	void stop() throws IOException {
		this.node.close();
		this.server.close();
	}

	@AfterAll
	static void closeClients() throws Exception {
		for (AutoCloseable client : CLOSED_LAST) {
			client.close();
		}
		CLOSED_LAST.clear();
	}

	enum Http {

		JDK {
			@Override
			Object send(String url) throws Exception {
				return jdk().send(jdkRequest(url), HttpResponse.BodyHandlers.ofString());
			}
		},
		JDK_ASYNC {
			@Override
			Object send(String url) throws Exception {
				return jdk().sendAsync(jdkRequest(url), HttpResponse.BodyHandlers.ofString()).get();
			}
		},
		OKHTTP {
			@Override
			Object send(String url) throws Exception {
				try (okhttp3.Response response = okhttp().build()
					.newCall(new Request.Builder().url(url)
						.post(RequestBody.create("x".getBytes(StandardCharsets.UTF_8)))
						.build())
					.execute()) {
					return response.body().string();
				}
			}
		},
		REST_TEMPLATE_JDK_CONNECTION {
			@Override
			Object send(String url) {
				SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();
				factory.setConnectTimeout(connect);
				factory.setReadTimeout(read);
				return new RestTemplate(factory).postForObject(url, "x", String.class);
			}
		},
		REST_CLIENT_JDK {
			@Override
			Object send(String url) {
				JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory(jdk());
				factory.setReadTimeout(read);
				return rest(factory, url);
			}
		},
		REST_CLIENT_APACHE {
			@Override
			Object send(String url) {
				var connections = PoolingHttpClientConnectionManagerBuilder.create()
					.setDefaultConnectionConfig(ConnectionConfig.custom()
						.setConnectTimeout(connect.toMillis(), TimeUnit.MILLISECONDS)
						.build())
					.build();
				var client = HttpClients.custom()
					.setConnectionManager(connections)
					.setDefaultRequestConfig(
							RequestConfig.custom().setResponseTimeout(read.toMillis(), TimeUnit.MILLISECONDS).build())
					.build();
				CLOSED_LAST.add(client);
				return rest(new HttpComponentsClientHttpRequestFactory(client), url);
			}
		},
		REST_CLIENT_JETTY {
			@Override
			Object send(String url) throws Exception {
				org.eclipse.jetty.client.HttpClient client = new org.eclipse.jetty.client.HttpClient();
				client.setConnectTimeout(connect.toMillis());
				client.start();
				CLOSED_LAST.add(client::stop);
				JettyClientHttpRequestFactory factory = new JettyClientHttpRequestFactory(client);
				factory.setReadTimeout(read);
				return rest(factory, url);
			}
		},
		REST_CLIENT_REACTOR_NETTY {
			@Override
			Object send(String url) {
				return rest(new ReactorClientHttpRequestFactory(netty()), url);
			}
		},
		WEB_CLIENT {
			@Override
			Object send(String url) {
				return web(url).block();
			}
		},
		WEB_CLIENT_FUTURE {
			@Override
			Object send(String url) throws Exception {
				return web(url).toFuture().get();
			}
		},
		AWS {
			@Override
			Object send(String url) {
				try (StsClient client = StsClient.builder()
					.endpointOverride(URI.create(url))
					.region(Region.EU_CENTRAL_1)
					.overrideConfiguration((settings) -> settings.retryStrategy((retries) -> retries.maxAttempts(2)))
					.credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
					.httpClient(
							UrlConnectionHttpClient.builder().connectionTimeout(connect).socketTimeout(read).build())
					.build()) {
					return client.getCallerIdentity();
				}
			}
		};

		abstract Object send(String url) throws Exception;

		/**
		 * Whether an answer of a proxy is an exception, rather than what the caller gets.
		 */
		boolean throwsStatus() {
			return !EnumSet.of(JDK, JDK_ASYNC, OKHTTP).contains(this);
		}

		/** Which gives half of an answer to its caller as if it were the whole one. */
		boolean isJdkConnection() {
			return this == REST_TEMPLATE_JDK_CONNECTION || this == AWS;
		}

	}

	private static java.net.http.HttpClient jdk() {
		return java.net.http.HttpClient.newBuilder().connectTimeout(connect).build();
	}

	private static HttpRequest jdkRequest(String url) {
		return HttpRequest.newBuilder(URI.create(url))
			.timeout(read)
			.POST(HttpRequest.BodyPublishers.ofString("x"))
			.build();
	}

	private static OkHttpClient.Builder okhttp() {
		return new OkHttpClient.Builder().connectTimeout(connect).readTimeout(read);
	}

	private static HttpClient netty() {
		return HttpClient.create(ConnectionProvider.newConnection())
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connect.toMillis())
			.responseTimeout(read);
	}

	private static Mono<String> web(String url) {
		return WebClient.builder()
			.clientConnector(new ReactorClientHttpConnector(netty()))
			.build()
			.post()
			.uri(url)
			.bodyValue("x")
			.retrieve()
			.bodyToMono(String.class);
	}

	private static String rest(ClientHttpRequestFactory factory, String url) {
		return RestClient.builder()
			.requestFactory(factory)
			.build()
			.post()
			.uri(url)
			.body("x")
			.retrieve()
			.body(String.class);
	}

	private void troubleWith(Trouble trouble) {
		this.server.troubleWith(trouble);
		if (trouble == Trouble.GOES_SILENT) {
			read = Duration.ofMillis(400);
		}
	}

	private Throwable fails(Callable<?> request) {
		Throwable failure = catchThrowable(() -> this.node.call("k", () -> {
			this.runs.incrementAndGet();
			return String.valueOf(request.call());
		}));
		assertThat(failure).isNotNull();
		return failure;
	}

	private void assertHeld(Callable<?> request) {
		Throwable failure = fails(request);
		assertThatExceptionOfType(OutcomeUnknownException.class).as(() -> chain(failure))
			.isThrownBy(() -> this.node.call("k", () -> "run 2"));
		assertThat(this.runs).hasValue(1);
	}

	private void assertReleased(Callable<?> request) {
		Throwable failure = fails(request);
		assertThat(catchThrowable(() -> this.node.call("k", () -> "run 2"))).as(() -> chain(failure)).isNull();
	}

	private static String chain(Throwable failure) {
		StringBuilder chain = new StringBuilder();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			chain.append("\n")
				.append(cause)
				.append(" at ")
				.append(List.of(cause.getStackTrace()).stream().limit(4).toList());
			for (Throwable suppressed : cause.getSuppressed()) {
				chain.append("\n  suppressed ").append(suppressed);
			}
		}
		return chain.toString();
	}

	/** Silence comes last, when what is timed includes no start of the client. */
	static Stream<Arguments> clientsAndTroubles() {
		return Stream.of(Http.values())
			.flatMap((client) -> Stream
				.of(Trouble.RESETS, Trouble.CLOSES, Trouble.CLOSES_IN_THE_HEADERS, Trouble.CLOSES_IN_THE_BODY,
						Trouble.ANSWERS_502, Trouble.ANSWERS_504, Trouble.GOES_SILENT)
				.filter((trouble) -> client.throwsStatus() || !trouble.name().startsWith("ANSWERS"))
				.filter((trouble) -> !client.isJdkConnection() || !trouble.name().startsWith("CLOSES_IN"))
				.map((trouble) -> Arguments.of(client, trouble)));
	}

	@ParameterizedTest
	@MethodSource("clientsAndTroubles")
	void isHeldWhenTheServerHasReadTheRequest(Http client, Trouble trouble) {
		troubleWith(trouble);
		assertHeld(() -> client.send("http://127.0.0.1:" + this.server.port() + "/pay"));
		assertThat(this.server.requests()).isPositive();
	}

	@ParameterizedTest
	@EnumSource
	void isReleasedWhenNoServerListens(Http client) throws IOException {
		try (ClosedPort port = new ClosedPort()) {
			assertReleased(() -> client.send("http://127.0.0.1:" + port.number() + "/pay"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void isReleasedWhenTheHostIsNotKnown(Http client) {
		assertReleased(() -> client.send("http://no-such-host.invalid/pay"));
	}

	@ParameterizedTest
	@EnumSource
	void isReleasedWhenTheConnectionTimesOut(Http client) throws IOException {
		List<Socket> waiting = new ArrayList<>();
		try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			for (int i = 0; i < 4; i++) {
				Socket socket = new Socket();
				waiting.add(socket);
				Throwable unused = catchThrowable(() -> socket.connect(full.getLocalSocketAddress(), 20));
			}
			connect = Duration.ofMillis(150);
			assertReleased(() -> client.send("http://127.0.0.1:" + full.getLocalPort() + "/pay"));
		}
		finally {
			for (Socket socket : waiting) {
				socket.close();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void isReleasedWhenTheServerSpeaksNoTls(Http client) throws Exception {
		isReleasedWhenTheHandshakeIsAnsweredBy(client, "HTTP/1.1 400 Bad Request\r\n\r\n");
	}

	/** Jetty may report that as an answer that ended early, so that it is held. */
	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REST_CLIENT_JETTY")
	void isReleasedWhenTheServerClosesDuringTheHandshake(Http client) throws Exception {
		isReleasedWhenTheHandshakeIsAnsweredBy(client, "");
	}

	private void isReleasedWhenTheHandshakeIsAnsweredBy(Http client, String answer) throws Exception {
		try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			Thread thread = new Thread(() -> {
				while (!plain.isClosed()) {
					try (Socket socket = plain.accept()) {
						socket.getInputStream().read();
						socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
						socket.shutdownOutput();
						socket.getInputStream().readAllBytes();
					}
					catch (IOException ex) {
						// the next one
					}
				}
			});
			thread.start();
			assertReleased(() -> client.send("https://127.0.0.1:" + plain.getLocalPort() + "/pay"));
		}
	}

	// HTTP/2

	@ParameterizedTest
	@EnumSource(names = { "GOES_SILENT", "RESETS", "CLOSES", "ENDS_THE_STREAM", "GOES_AWAY" })
	void isHeldWhenAStreamOrItsConnectionEndsEarly(Trouble trouble) {
		troubleWith(trouble);
		assertHeld(this::overHttp2);
		assertThat(this.server.requests()).isPositive();
	}

	@Test
	void isReleasedWhenTheServerRefusesTheStream() {
		this.server.troubleWith(Trouble.REFUSES_THE_STREAM);
		assertReleased(this::overHttp2);
	}

	private Object overHttp2() throws IOException {
		return okhttp().protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE))
			.retryOnConnectionFailure(false)
			.build()
			.newCall(new Request.Builder().url("http://127.0.0.1:" + this.server.port() + "/pay")
				.post(RequestBody.create("x".getBytes(StandardCharsets.UTF_8)))
				.build())
			.execute();
	}

	// gRPC

	private Object overGrpc(long deadline) throws Exception {
		ManagedChannel channel = OkHttpChannelBuilder.forAddress("127.0.0.1", this.port).usePlaintext().build();
		try {
			MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {

				@Override
				public InputStream stream(byte[] value) {
					return new ByteArrayInputStream(value);
				}

				@Override
				public byte[] parse(InputStream stream) {
					return new byte[0];
				}

			};
			return ClientCalls.blockingUnaryCall(channel,
					MethodDescriptor.newBuilder(bytes, bytes)
						.setType(MethodDescriptor.MethodType.UNARY)
						.setFullMethodName("payments/Pay")
						.build(),
					CallOptions.DEFAULT.withDeadlineAfter(deadline, TimeUnit.MILLISECONDS), new byte[] { 1 });
		}
		finally {
			channel.shutdownNow();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "GOES_SILENT", "RESETS", "CLOSES", "ENDS_THE_STREAM", "GOES_AWAY" })
	void isHeldWhenAGrpcCallIsLost(Trouble trouble) {
		troubleWith(trouble);
		assertHeld(() -> overGrpc((trouble == Trouble.GOES_SILENT) ? 1_000 : 10_000));
		assertThat(this.server.requests()).isPositive();
	}

	@Test
	void isReleasedWhenNoGrpcServerListens() throws IOException {
		try (ClosedPort closed = new ClosedPort()) {
			this.port = closed.number();
			assertReleased(() -> overGrpc(10_000));
		}
	}

	// Kafka

	private Object overKafka(int retries, int block) throws Exception {
		try (KafkaProducer<String, String> producer = new KafkaProducer<>(
				Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + this.port,
						ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false, ProducerConfig.RETRIES_CONFIG, retries,
						ProducerConfig.MAX_BLOCK_MS_CONFIG, block, ProducerConfig.LINGER_MS_CONFIG, 0,
						ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) read.toMillis(),
						ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * (int) read.toMillis()),
				new StringSerializer(), new StringSerializer())) {
			return producer.send(new ProducerRecord<>("orders", "k", "v")).get();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "GOES_SILENT", "RESETS", "CLOSES" })
	void isHeldWhenABrokerHasReadARecord(Trouble trouble) {
		this.server.speakKafka();
		troubleWith(trouble);
		assertHeld(() -> overKafka(0, 10_000));
		assertThat(this.server.requests()).isPositive();
	}

	@Test
	void isReleasedWhenNoBrokerIsFound() throws IOException {
		try (ClosedPort closed = new ClosedPort()) {
			this.port = closed.number();
			assertReleased(() -> overKafka(0, 300));
		}
	}

	// Redis

	private Object overRedis(boolean reconnects) {
		RedisClient client = RedisClient
			.create(RedisURI.builder().withHost("127.0.0.1").withPort(this.port).withTimeout(read).build());
		client.setOptions(ClientOptions.builder()
			.protocolVersion(ProtocolVersion.RESP2)
			.autoReconnect(reconnects)
			.timeoutOptions(TimeoutOptions.enabled())
			.build());
		try (StatefulRedisConnection<String, String> connection = client.connect()) {
			return connection.sync().set("k", "v");
		}
		finally {
			client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "GOES_SILENT", "RESETS", "CLOSES" })
	void isHeldWhenRedisHasReadACommand(Trouble trouble) {
		troubleWith(trouble);
		assertHeld(() -> overRedis(trouble == Trouble.GOES_SILENT));
		assertThat(this.server.requests()).isPositive();
	}

	@Test
	void isReleasedWhenNoRedisListens() throws IOException {
		try (ClosedPort closed = new ClosedPort()) {
			this.port = closed.number();
			assertReleased(() -> overRedis(false));
		}
	}

	@Test
	void aRequestThatOkHttpHasRepeatedInVainLeavesItOpen() throws Exception {
		try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			ServerSocket socket = listening;
			Thread answering = new Thread(() -> {
				try (Socket connection = socket.accept()) {
					readRequest(connection.getInputStream());
					connection.getOutputStream()
						.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII));
					readRequest(connection.getInputStream());
					// read, and stopped before it has answered
					socket.close();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			answering.start();
			OkHttpClient client = new OkHttpClient();
			Request request = new Request.Builder().url("http://127.0.0.1:" + socket.getLocalPort())
				.post(RequestBody.create("x".getBytes(StandardCharsets.US_ASCII)))
				.build();
			client.newCall(request).execute().close();
			assertThat(catchThrowable(() -> this.node.call("repeated", () -> {
				try (okhttp3.Response response = client.newCall(request).execute()) {
					return response.message();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}))).hasCauseInstanceOf(ConnectException.class);
			client.connectionPool().evictAll();
			answering.join();
		}
		assertThatExceptionOfType(OutcomeUnknownException.class)
			.isThrownBy(() -> this.node.call("repeated", () -> "again"));
	}

	private static void readRequest(InputStream input) throws IOException {
		StringBuilder text = new StringBuilder();
		while (text.indexOf("\r\n\r\nx") < 0) {
			text.append((char) input.read());
		}
	}

}
