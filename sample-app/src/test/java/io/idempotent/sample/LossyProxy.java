package io.idempotent.sample;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands between a client and a server, one request per connection. Waits for each whole
 * answer, and cuts the connection to the client instead of passing every second one on.
 */
final class LossyProxy implements AutoCloseable {

	private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

	private final AtomicInteger answers = new AtomicInteger();

	private final AtomicInteger cut = new AtomicInteger();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final int serverPort;

	LossyProxy(int serverPort) throws IOException {
		this.serverPort = serverPort;
		this.executor.execute(this::accept);
	}

	int port() {
		return this.listener.getLocalPort();
	}

	/** How many answers came from the server. */
	int answers() {
		return this.answers.get();
	}

	/** How many of them did not reach the client. */
	int cut() {
		return this.cut.get();
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.listener.accept();
				this.executor.execute(() -> serve(client));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(Socket client) {
		try (client) {
			byte[] answer = ask(readRequest(new BufferedInputStream(client.getInputStream())));
			if (this.answers.incrementAndGet() % 2 == 0) {
				this.cut.incrementAndGet();
				// a reset, as from a peer that has died
				client.setSoLinger(true, 0);
			}
			else {
				client.getOutputStream().write(answer);
			}
		}
		catch (IOException ex) {
			// the client will notice
		}
	}

	private byte[] ask(byte[] request) throws IOException {
		try (Socket server = new Socket(InetAddress.getLoopbackAddress(), this.serverPort)) {
			server.getOutputStream().write(request);
			return server.getInputStream().readAllBytes();
		}
	}

	/** Asks the server to close the connection after its answer. */
	private static byte[] readRequest(InputStream stream) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
			int next = stream.read();
			if (next < 0) {
				throw new EOFException();
			}
			head.append((char) next);
		}
		Matcher length = CONTENT_LENGTH.matcher(head);
		ByteArrayOutputStream request = new ByteArrayOutputStream();
		request.writeBytes(head.toString()
			.replaceFirst("\r\n", "\r\nConnection: close\r\n")
			.getBytes(StandardCharsets.ISO_8859_1));
		if (length.find()) {
			request.write(stream.readNBytes(Integer.parseInt(length.group(1))));
		}
		return request.toByteArray();
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		this.executor.shutdownNow();
	}

}
