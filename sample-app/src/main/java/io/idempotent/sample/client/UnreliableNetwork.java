package io.idempotent.sample.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Stands between clients and a server on this machine, one request per connection, and
 * treats each request as a plan says.
 */
public final class UnreliableNetwork implements AutoCloseable {

	/** How much of an answer is lost when it breaks off: less than any body has. */
	private static final int END = 10;

	private final AtomicInteger requests = new AtomicInteger();

	private final Map<Trouble, Integer> counts = new ConcurrentHashMap<>();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

	private final int serverPort;

	private final IntFunction<Trouble> plan;

	private final Duration patience;

	/**
	 * Starts to listen.
	 * @param serverPort where the server listens
	 * @param plan what becomes of each request; the first has the number 1
	 * @param patience how long clients wait for an answer
	 * @throws IOException if it cannot listen
	 */
	public UnreliableNetwork(int serverPort, IntFunction<Trouble> plan, Duration patience) throws IOException {
		this.serverPort = serverPort;
		this.plan = plan;
		this.patience = patience;
		this.executor.execute(this::accept);
	}

	/**
	 * Where clients find it.
	 * @return the port, on the loopback address
	 */
	public int port() {
		return this.listener.getLocalPort();
	}

	/**
	 * Counts the requests that met a trouble.
	 * @param trouble the trouble
	 * @return how many
	 */
	public int count(Trouble trouble) {
		return this.counts.getOrDefault(trouble, 0);
	}

	/**
	 * Counts all requests.
	 * @return how many have arrived from clients
	 */
	public int requests() {
		return this.requests.get();
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
			byte[] request = RequestReader.read(new BufferedInputStream(client.getInputStream()));
			Trouble trouble = this.plan.apply(this.requests.incrementAndGet());
			this.counts.merge(trouble, 1, Integer::sum);
			switch (trouble) {
				case NONE -> client.getOutputStream().write(ask(request));
				case LOST_REQUEST -> cut(client);
				case LOST_ANSWER -> {
					ask(request);
					cut(client);
				}
				case BROKEN_ANSWER -> {
					byte[] answer = ask(request);
					client.getOutputStream().write(answer, 0, Math.max(0, answer.length - END));
				}
				case SLOW_ANSWER -> {
					byte[] answer = ask(request);
					pause(this.patience.dividedBy(4));
					client.getOutputStream().write(answer);
				}
				case LATE_REQUEST -> {
					pause(this.patience.plus(this.patience.dividedBy(4)));
					ask(request);
				}
				case REPEATED_REQUEST -> client.getOutputStream().write(askTwice(request));
			}
		}
		catch (IOException | InterruptedException ex) {
			// the client will notice
		}
	}

	/** A reset, as from a peer that has died. */
	private static void cut(Socket client) throws IOException {
		client.setSoLinger(true, 0);
	}

	private static void pause(Duration duration) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(duration.toNanos());
	}

	private byte[] askTwice(byte[] request) throws IOException {
		CompletableFuture<byte[]> one = CompletableFuture.supplyAsync(() -> askUnchecked(request), this.executor);
		CompletableFuture<byte[]> other = CompletableFuture.supplyAsync(() -> askUnchecked(request), this.executor);
		try {
			return one.applyToEither(other, (answer) -> answer).join();
		}
		catch (CompletionException ex) {
			throw new IOException(ex);
		}
	}

	private byte[] askUnchecked(byte[] request) {
		try {
			return ask(request);
		}
		catch (IOException ex) {
			throw new CompletionException(ex);
		}
	}

	private byte[] ask(byte[] request) throws IOException {
		try (Socket server = new Socket(InetAddress.getLoopbackAddress(), this.serverPort)) {
			server.getOutputStream().write(request);
			return server.getInputStream().readAllBytes();
		}
	}

	/**
	 * Accepts no more requests, and waits until those that are underway have reached the
	 * server: what they do there can be counted then.
	 */
	@Override
	public void close() throws IOException {
		this.listener.close();
		this.executor.shutdown();
		try {
			if (!this.executor.awaitTermination(1, TimeUnit.MINUTES)) {
				throw new IOException("Requests are still underway");
			}
		}
		catch (InterruptedException ex) {
			this.executor.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
