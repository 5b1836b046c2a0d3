package io.idempotent.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Stands between a driver and its server, both on this machine, and cuts a connection now
 * and then: before a request is forwarded, or after the server has answered, so that its
 * reply is lost. Cuts nothing before it is told to. Can also lose the reply to one kind
 * of statement, and no other.
 */
public final class LossyProxy implements AutoCloseable {

	private final int serverPort;

	private final ServerSocket listener;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final Cuts requests;

	private final Cuts replies;

	private volatile boolean cutting;

	private volatile @Nullable String statement;

	/**
	 * Creates the proxy.
	 * @param serverPort where the server listens
	 * @param oneIn it cuts one in so many requests, and one in so many replies
	 */
	public LossyProxy(int serverPort, int oneIn) throws IOException {
		this.serverPort = serverPort;
		this.requests = new Cuts(oneIn);
		this.replies = new Cuts(oneIn);
		this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		this.threads.execute(this::accept);
	}

	public int port() {
		return this.listener.getLocalPort();
	}

	public void startCutting() {
		this.cutting = true;
	}

	/**
	 * From now on the server's reply to this statement is lost, and the connection with
	 * it.
	 * @param statement the statement as drivers send it, null for none
	 */
	public void loseRepliesTo(@Nullable String statement) {
		this.statement = statement;
	}

	public int lostRequests() {
		return this.requests.lost.get();
	}

	public int lostReplies() {
		return this.replies.lost.get();
	}

	private void accept() {
		try {
			while (!this.listener.isClosed()) {
				Socket client = open(this.listener.accept());
				Socket server = open(new Socket(InetAddress.getLoopbackAddress(), this.serverPort));
				AtomicBoolean lose = new AtomicBoolean();
				this.threads.execute(() -> forward(client, server, this.requests, (request) -> {
					String statement = this.statement;
					lose.compareAndSet(false, statement != null && request.contains(statement));
					return false;
				}));
				this.threads.execute(() -> forward(server, client, this.replies, (reply) -> lose.get()));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private Socket open(Socket socket) throws IOException {
		socket.setTcpNoDelay(true);
		this.sockets.add(socket);
		return socket;
	}

	private void forward(Socket from, Socket to, Cuts cuts, Predicate<String> lose) {
		byte[] buffer = new byte[16 * 1024];
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
				if (lose.test(new String(buffer, 0, length, StandardCharsets.ISO_8859_1))
						|| (this.cutting && cuts.isDue())) {
					cuts.lost.incrementAndGet();
					return;
				}
				out.write(buffer, 0, length);
			}
		}
		catch (IOException ex) {
			// closed by the other side, or by the other direction
		}
		finally {
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	@Override
	public void close() throws IOException {
		this.listener.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
		this.threads.shutdownNow();
	}

	/**
	 * Of one direction: one of each few messages, at a random place among them.
	 */
	private static final class Cuts {

		private final AtomicInteger lost = new AtomicInteger();

		private final int oneIn;

		private int passed;

		private int place;

		private Cuts(int oneIn) {
			this.oneIn = oneIn;
		}

		private synchronized boolean isDue() {
			if (this.passed == 0) {
				this.place = ThreadLocalRandom.current().nextInt(this.oneIn);
			}
			boolean due = this.passed == this.place;
			this.passed = (this.passed + 1) % this.oneIn;
			return due;
		}

	}

}
