package io.idempotent.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A server on this machine as it is seen over a network: all that is sent to it or comes
 * from it is on the way for a while.
 */
final class DistantServer implements AutoCloseable {

	private static final byte[] END = {};

	private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final int target;

	private final long oneWay;

	/**
	 * Opens a port for it.
	 * @param target the port of the server
	 * @param roundTrip how long a request and its answer are on the way
	 * @throws IOException if there is no free port
	 */
	DistantServer(int target, Duration roundTrip) throws IOException {
		this.target = target;
		this.oneWay = roundTrip.toNanos() / 2;
		start(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	private void accept() throws IOException {
		while (!this.server.isClosed()) {
			Socket client = this.server.accept();
			Socket behind = new Socket(InetAddress.getLoopbackAddress(), this.target);
			client.setTcpNoDelay(true);
			behind.setTcpNoDelay(true);
			forward(client.getInputStream(), behind.getOutputStream());
			forward(behind.getInputStream(), client.getOutputStream());
		}
	}

	private void forward(InputStream from, OutputStream to) {
		BlockingQueue<Piece> onTheWay = new LinkedBlockingQueue<>();
		start(() -> {
			byte[] buffer = new byte[65_536];
			for (int read = from.read(buffer); read > 0; read = from.read(buffer)) {
				onTheWay.add(new Piece(System.nanoTime() + this.oneWay, Arrays.copyOf(buffer, read)));
			}
			onTheWay.add(new Piece(System.nanoTime(), END));
		});
		start(() -> {
			try (to) {
				for (Piece piece = onTheWay.take(); piece.bytes() != END; piece = onTheWay.take()) {
					LockSupport.parkNanos(piece.arrival() - System.nanoTime());
					to.write(piece.bytes());
				}
			}
		});
	}

	private static void start(Action action) {
		Thread thread = new Thread(() -> {
			try {
				action.run();
			}
			catch (IOException ex) {
				// closed at either end
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private interface Action {

		void run() throws IOException, InterruptedException;

	}

	@SuppressWarnings("ArrayRecordComponent") // never compared
	private record Piece(long arrival, byte[] bytes) {
	}

}
