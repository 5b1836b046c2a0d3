package io.idempotent.benchmarks.startup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.idempotent.benchmarks.startup.StartUpSection.Start;

/**
 * How an application is started, in a process of its own.
 *
 * @param application its main class
 * @param classPath its class path
 * @param arguments its arguments
 */
record Launch(Class<?> application, ClassPath classPath, List<String> arguments) {

	Launch(Class<?> application, ClassPath classPath) {
		this(application, classPath, List.of());
	}

	Launch with(String argument) {
		return new Launch(this.application, this.classPath, List.of(argument));
	}

	Start start() throws IOException, InterruptedException {
		return start("-D" + Started.STEPS + "=false");
	}

	Start startInSteps() throws IOException, InterruptedException {
		return start("-D" + Started.STEPS + "=true");
	}

	private Start start(String option) throws IOException, InterruptedException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		List<String> command = new ArrayList<>(
				List.of(java, "-Xmx256m", option, "-cp", this.classPath.toString(), this.application.getName()));
		command.addAll(this.arguments);
		long begin = System.nanoTime();
		long nanos = 0;
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		List<String> output = new ArrayList<>();
		try (BufferedReader reader = process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.equals(Started.STARTED)) {
					nanos = System.nanoTime() - begin;
				}
				else if (line.startsWith(Started.CLASSES)) {
					process.waitFor();
					return new Start(nanos, Long.parseLong(line.substring(Started.CLASSES.length())), output);
				}
				output.add(line);
			}
		}
		throw new IllegalStateException(this.application + " did not start:\n" + String.join("\n", output));
	}

}
