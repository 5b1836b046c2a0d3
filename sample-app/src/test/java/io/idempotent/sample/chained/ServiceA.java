package io.idempotent.sample.chained;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM that runs {@link PlaceOrder}, with a database of its own in a file.
 */
final class ServiceA implements AutoCloseable {

	static final String SAYS = "service A: ";

	private final Process process;

	private final BufferedReader output;

	private final int port;

	/**
	 * Starts it.
	 * @param port where it is to listen, 0 for anywhere
	 */
	ServiceA(Path dataDir, int port, int portOfB) throws IOException {
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), PlaceOrder.class.getName(), "--server.port=" + port,
				"--b.port=" + portOfB, "--sample.data-dir=" + dataDir, "--idempotent.on-abandoned=retry",
				"--idempotent.lease=2s")
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		this.output = this.process.inputReader(StandardCharsets.UTF_8);
		this.port = Integer.parseInt(awaitWord());
	}

	int port() {
		return this.port;
	}

	/** Waits until it says something. */
	String awaitWord() throws IOException {
		String line = this.output.readLine();
		while (line != null && !line.startsWith(SAYS)) {
			line = this.output.readLine();
		}
		if (line == null) {
			throw new IllegalStateException("The process has ended");
		}
		return line.substring(SAYS.length());
	}

	void goOn() throws IOException {
		this.process.getOutputStream().write('\n');
		this.process.getOutputStream().flush();
	}

	/** SIGKILL. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The process cannot be killed");
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
