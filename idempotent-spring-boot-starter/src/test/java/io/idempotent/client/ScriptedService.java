package io.idempotent.client;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.http.HttpHeaders;

/**
 * A service on a real port that does, with one connection after the other, what its
 * script says; the last step is repeated. It keeps what it has received.
 */
final class ScriptedService implements AutoCloseable {

	/** Closes the connection without reading the request. */
	static final Step CUT_BEFORE_READING = (service, socket) -> {
	};

	/** Reads the request, and closes the connection. */
	static final Step CUT_BEFORE_ANSWERING = ScriptedService::receive;

	/** Closes the connection in the middle of a body whose length was said. */
	static final Step CUT_WHILE_ANSWERING = truncated("Content-Length: 100\r\n\r\nonly");

	/** Closes the connection in the middle of a body in chunks. */
	static final Step CUT_BETWEEN_CHUNKS = truncated("Transfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n");

	/** Reads the request, and waits for the client to go. */
	static final Step SILENCE = (service, socket) -> {
		service.receive(socket);
		if (socket.getInputStream().read() < 0) {
			service.abandoned.incrementAndGet();
		}
	};

	static final Step DONE = answer(200, "done");

	private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final AtomicInteger abandoned = new AtomicInteger();

	private final Deque<Step> script;

	private final List<Socket> connections = new CopyOnWriteArrayList<>();

	private final List<Received> received = new CopyOnWriteArrayList<>();

	ScriptedService(Step... script) throws IOException {
		this.script = new ArrayDeque<>(List.of(script));
		this.threads.execute(this::accept);
	}

	/** Answers with a status, a body, and headers as {@code "Name: value"}. */
	static Step answer(int status, String body, String... headers) {
		String head = Arrays.stream(headers).map((header) -> header + "\r\n").reduce("", String::concat);
		String type = body.startsWith("{") ? "application/json" : "text/plain";
		return (service, socket) -> {
			service.receive(socket);
			write(socket, "HTTP/1.1 %d Said\r\n%sContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
				.formatted(status, head, type, body.length(), body));
		};
	}

	private static Step truncated(String rest) {
		return (service, socket) -> {
			service.receive(socket);
			write(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + rest);
		};
	}

	String url() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	/** How many connections there were. */
	int connections() {
		return this.connections.size();
	}

	/** How many clients did not wait for an answer. */
	int abandoned() {
		return this.abandoned.get();
	}

	/** The requests that were read. */
	List<Received> received() {
		return this.received;
	}

	/** The keys of the requests that were read, each in a list of its own. */
	List<List<String>> keys() {
		return this.received.stream().map((request) -> request.headers().getOrEmpty("Idempotency-Key")).toList();
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket socket = this.server.accept();
				this.connections.add(socket);
				Step step = (this.script.size() > 1) ? this.script.remove() : this.script.element();
				this.threads.execute(() -> play(step, socket));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void play(Step step, Socket socket) {
		try (socket) {
			step.play(this, socket);
		}
		catch (IOException ex) {
			// the client has gone, or the test is over
		}
	}

	private void receive(Socket socket) throws IOException {
		InputStream stream = socket.getInputStream();
		String line = readLine(stream);
		HttpHeaders headers = new HttpHeaders();
		for (String header = readLine(stream); !header.isEmpty(); header = readLine(stream)) {
			int colon = header.indexOf(':');
			headers.add(header.substring(0, colon), header.substring(colon + 1).strip());
		}
		String body = "chunked".equals(headers.getFirst("Transfer-Encoding")) ? readChunks(stream)
				: read(stream, (int) Math.max(0, headers.getContentLength()));
		this.received.add(new Received(line.substring(0, line.indexOf(' ')),
				line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' ')), headers, body));
	}

	private static String readChunks(InputStream stream) throws IOException {
		StringBuilder body = new StringBuilder();
		for (int size = Integer.parseInt(readLine(stream), 16); size > 0; size = Integer.parseInt(readLine(stream),
				16)) {
			body.append(read(stream, size));
			readLine(stream);
		}
		readLine(stream);
		return body.toString();
	}

	private static String read(InputStream stream, int length) throws IOException {
		return new String(stream.readNBytes(length), StandardCharsets.UTF_8);
	}

	private static String readLine(InputStream stream) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int c = stream.read(); c != '\n'; c = stream.read()) {
			if (c < 0) {
				throw new IOException("the client has gone");
			}
			line.write(c);
		}
		return line.toString(StandardCharsets.US_ASCII).strip();
	}

	private static void write(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
		socket.getOutputStream().flush();
	}

	@Override
	public void close() throws IOException {
		for (Closeable socket : this.connections) {
			socket.close();
		}
		this.server.close();
		this.threads.shutdownNow();
	}

	/** What to do with a connection. */
	interface Step {

		void play(ScriptedService service, Socket socket) throws IOException;

	}

	/** A request. */
	record Received(String method, String path, HttpHeaders headers, String body) {

	}

}
