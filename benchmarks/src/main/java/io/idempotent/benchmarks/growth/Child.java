package io.idempotent.benchmarks.growth;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another JVM with the same classes, which is told what to do line by line.
 */
final class Child implements AutoCloseable {

	/** What an answer begins with. */
	static final String ANSWER = "answer: ";

	private final Process process;

	private final BufferedReader reader;

	private final BufferedWriter writer;

	private Child(Process process) {
		this.process = process;
		this.reader = process.inputReader();
		this.writer = process.outputWriter();
	}

	/**
	 * Starts one.
	 * @param main its main class, which ends with its input
	 * @param options of its JVM
	 * @param arguments of its main method
	 */
	static Child start(Class<?> main, List<String> options, String... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		return new Child(new ProcessBuilder(command).redirectErrorStream(true).start());
	}

	void send(String line) throws IOException {
		this.writer.write(line);
		this.writer.newLine();
		this.writer.flush();
	}

	/** The next answer. */
	long answer() throws IOException {
		StringBuilder output = new StringBuilder();
		for (String line = this.reader.readLine(); line != null; line = this.reader.readLine()) {
			if (line.startsWith(ANSWER)) {
				return Long.parseLong(line.substring(ANSWER.length()));
			}
			output.append(line).append('\n');
		}
		throw new IllegalStateException("No answer came:\n" + output);
	}

	@Override
	public void close() {
		this.process.destroy();
		this.process.onExit().join();
	}

}
