package io.idempotent.engine;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersionCollection;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ApiVersionsResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/**
 * Reads one request after the other, of HTTP/1.1, HTTP/2, Redis or Kafka, and then does
 * what a bad network, a broken server or a proxy does to its client.
 */
public final class TroubledServer implements AutoCloseable {

	private static final byte[] NO_SETTINGS = frame(4, 0, 0, new byte[0]);

	/** What it does once it has read a request. */
	public enum Trouble {

		GOES_SILENT, RESETS, CLOSES, CLOSES_IN_THE_HEADERS, CLOSES_IN_THE_BODY, ANSWERS_502, ANSWERS_504,

		/** Of HTTP/2. */
		ENDS_THE_STREAM, REFUSES_THE_STREAM, GOES_AWAY

	}

	private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

	private final AtomicInteger requests = new AtomicInteger();

	private volatile Trouble trouble = Trouble.CLOSES;

	private volatile boolean kafka;

	public TroubledServer() throws IOException {
		start(this::accept);
	}

	public int port() {
		return this.server.getLocalPort();
	}

	/** How many requests it has read to their end. */
	public int requests() {
		return this.requests.get();
	}

	public void troubleWith(Trouble trouble) {
		this.trouble = trouble;
	}

	public void speakKafka() {
		this.kafka = true;
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "troubled-server");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		try {
			while (true) {
				Socket connection = this.server.accept();
				this.connections.add(connection);
				start(() -> serve(connection));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(Socket connection) {
		try (connection) {
			DataInputStream in = new DataInputStream(connection.getInputStream());
			if (this.kafka) {
				serveKafka(connection, in);
				return;
			}
			String begin = line(in);
			if (begin.startsWith("PRI ")) {
				serveHttp2(connection, in);
			}
			else if (begin.startsWith("*")) {
				serveRedis(connection, in, begin);
			}
			else {
				serveHttp(connection, in);
			}
		}
		catch (IOException | UncheckedIOException ex) {
			// the client has closed it
		}
	}

	private void serveHttp(Socket connection, InputStream in) throws IOException {
		int length = 0;
		boolean chunked = false;
		for (String header = line(in); !header.isEmpty(); header = line(in)) {
			String lower = header.toLowerCase(Locale.ROOT);
			if (lower.startsWith("content-length:")) {
				length = Integer.parseInt(lower.substring(15).trim());
			}
			chunked |= lower.startsWith("transfer-encoding:");
			if (lower.startsWith("expect:")) {
				write(connection, "HTTP/1.1 100 Continue\r\n\r\n");
			}
		}
		if (chunked) {
			for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
				in.readNBytes(size);
				line(in);
			}
			line(in);
		}
		in.readNBytes(length);
		this.requests.incrementAndGet();
		switch (this.trouble) {
			case GOES_SILENT -> in.read();
			case RESETS -> reset(connection);
			case CLOSES_IN_THE_HEADERS -> write(connection, "HTTP/1.1 200 OK\r\nContent-Le");
			case CLOSES_IN_THE_BODY ->
				write(connection, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf");
			case ANSWERS_502 -> write(connection, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
			case ANSWERS_504 -> write(connection, "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n");
			default -> connection.close();
		}
	}

	private void serveHttp2(Socket connection, DataInputStream in) throws IOException {
		in.readNBytes("\r\nSM\r\n\r\n".length());
		OutputStream out = connection.getOutputStream();
		out.write(NO_SETTINGS);
		while (true) {
			int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
			int type = in.readUnsignedByte();
			int flags = in.readUnsignedByte();
			int stream = in.readInt();
			in.readNBytes(length);
			if (type == 4 && flags == 0) {
				out.write(frame(4, 1, 0, new byte[0]));
			}
			else if (type <= 1 && (flags & 1) == 1) {
				this.requests.incrementAndGet();
				switch (this.trouble) {
					case GOES_SILENT -> {
						continue;
					}
					case RESETS -> reset(connection);
					case ENDS_THE_STREAM -> out.write(frame(3, 0, stream, number(2)));
					case REFUSES_THE_STREAM -> out.write(frame(3, 0, stream, number(7)));
					case GOES_AWAY -> {
						out.write(frame(7, 0, 0, ByteBuffer.allocate(8).putInt(stream).putInt(0).array()));
						return;
					}
					default -> connection.close();
				}
			}
		}
	}

	private void serveRedis(Socket connection, InputStream in, String begin) throws IOException {
		String command = begin;
		while (true) {
			int parts = Integer.parseInt(command.substring(1));
			String name = "";
			for (int i = 0; i < parts; i++) {
				line(in);
				name = (i == 0) ? line(in) : (name + " " + line(in));
			}
			if (name.startsWith("SET ")) {
				this.requests.incrementAndGet();
				if (this.trouble == Trouble.GOES_SILENT) {
					in.read();
				}
				if (this.trouble == Trouble.RESETS) {
					reset(connection);
				}
				return;
			}
			write(connection, "+OK\r\n");
			command = line(in);
		}
	}

	private void serveKafka(Socket connection, DataInputStream in) throws IOException {
		while (true) {
			ByteBuffer request = ByteBuffer.wrap(in.readNBytes(in.readInt()));
			RequestHeader header = RequestHeader.parse(request);
			AbstractResponse answer;
			if (header.apiKey() == ApiKeys.API_VERSIONS) {
				ApiVersionCollection versions = new ApiVersionCollection();
				for (ApiKeys key : List.of(ApiKeys.API_VERSIONS, ApiKeys.METADATA, ApiKeys.PRODUCE)) {
					versions.add(new ApiVersion().setApiKey(key.id)
						.setMinVersion(key.oldestVersion())
						.setMaxVersion((short) ((key == ApiKeys.API_VERSIONS) ? 3 : 9)));
				}
				answer = new ApiVersionsResponse(new ApiVersionsResponseData().setApiKeys(versions));
			}
			else if (header.apiKey() == ApiKeys.METADATA) {
				MetadataResponseData metadata = new MetadataResponseData().setClusterId("c").setControllerId(1);
				metadata.brokers()
					.add(new MetadataResponseData.MetadataResponseBroker().setNodeId(1)
						.setHost("127.0.0.1")
						.setPort(port()));
				metadata.topics()
					.add(new MetadataResponseData.MetadataResponseTopic().setName("orders")
						.setPartitions(List.of(new MetadataResponseData.MetadataResponsePartition().setLeaderId(1)
							.setReplicaNodes(List.of(1))
							.setIsrNodes(List.of(1)))));
				answer = new MetadataResponse(metadata, header.apiVersion());
			}
			else {
				this.requests.incrementAndGet();
				if (this.trouble == Trouble.GOES_SILENT) {
					in.read();
				}
				if (this.trouble == Trouble.RESETS) {
					reset(connection);
				}
				return;
			}
			ByteBuffer bytes = RequestUtils.serialize(header.toResponseHeader().data(),
					header.toResponseHeader().headerVersion(), answer.data(), header.apiVersion());
			OutputStream out = connection.getOutputStream();
			out.write(ByteBuffer.allocate(4).putInt(bytes.remaining()).array());
			out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
			out.flush();
		}
	}

	private static void reset(Socket connection) throws IOException {
		connection.setSoLinger(true, 0);
		connection.close();
	}

	private static void write(Socket connection, String text) throws IOException {
		connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static String line(InputStream in) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = in.read(); c != '\n'; c = in.read()) {
			if (c < 0) {
				throw new EOFException();
			}
			line.append((c != '\r') ? String.valueOf((char) c) : "");
		}
		return line.toString();
	}

	private static byte[] frame(int type, int flags, int stream, byte[] payload) {
		return ByteBuffer.allocate(9 + payload.length)
			.put((byte) 0)
			.putShort((short) payload.length)
			.put((byte) type)
			.put((byte) flags)
			.putInt(stream)
			.put(payload)
			.array();
	}

	private static byte[] number(int value) {
		return ByteBuffer.allocate(4).putInt(value).array();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
		for (Socket connection : this.connections) {
			connection.close();
		}
	}

}
