package io.idempotent.benchmarks.startup;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.idempotent.benchmarks.Rounds;
import io.idempotent.benchmarks.Row;
import io.idempotent.benchmarks.Section;
import io.idempotent.benchmarks.Settings;
import io.idempotent.benchmarks.Table;
import io.idempotent.benchmarks.startup.guarded.GuardedApplication;
import io.idempotent.benchmarks.startup.plain.PlainApplication;

/**
 * From the start of the process to that of the application, in turns.
 */
public final class StartUpSection implements Section {

	private static final String REFERENCE = "the same without, with a table of its own";

	@Override
	public String name() {
		return "start-up";
	}

	@Override
	public void measure(Settings settings, Table table) throws Exception {
		ClassPath all = ClassPath.current().without(ClassPath.TOOLS);
		ClassPath with = all.inJars();
		ClassPath without = all.without(ClassPath.STARTER).inJars();
		int rounds = settings.choose(4, 15);
		measure(rounds, with, without, "", table);
		measure(rounds, with, without, " that has no proxy yet", table, "--spring.autoconfigure.exclude="
				+ "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration");
	}

	private static void measure(int rounds, ClassPath with, ClassPath without, String kind, Table table,
			String... arguments) throws IOException, InterruptedException {
		double[] guarded = new double[rounds];
		double[] plain = new double[rounds];
		double[] ratios = new double[rounds];
		long guardedClasses = 0;
		long plainClasses = 0;
		for (int i = -1; i < rounds; i++) {
			boolean plainFirst = i % 2 == 0;
			Start before = start(plainFirst ? PlainApplication.class : GuardedApplication.class,
					plainFirst ? without : with, arguments);
			Start after = start(plainFirst ? GuardedApplication.class : PlainApplication.class,
					plainFirst ? with : without, arguments);
			// the first pair reads the files
			if (i >= 0) {
				guarded[i] = (plainFirst ? after : before).nanos();
				plain[i] = (plainFirst ? before : after).nanos();
				ratios[i] = guarded[i] / plain[i];
			}
			guardedClasses = (plainFirst ? after : before).classes();
			plainClasses = (plainFirst ? before : after).classes();
		}
		String what = "of a web application" + kind + " with the starter";
		table
			.add(Row.atMost("start-up " + what, millis(guarded), REFERENCE, millis(plain), Rounds.median(ratios), 1.1));
		table.add(Row.information("loaded classes " + what, String.format(Locale.ROOT, "%,d", guardedClasses),
				REFERENCE, String.format(Locale.ROOT, "%,d", plainClasses), (double) guardedClasses / plainClasses));
	}

	private static Start start(Class<?> application, ClassPath classPath, String... arguments)
			throws IOException, InterruptedException {
		String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
		List<String> command = new ArrayList<>(
				List.of(java, "-Xmx256m", "-cp", classPath.toString(), application.getName()));
		command.addAll(List.of(arguments));
		long begin = System.nanoTime();
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		StringBuilder output = new StringBuilder();
		try (BufferedReader reader = process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.startsWith(Started.LINE)) {
					long nanos = System.nanoTime() - begin;
					process.waitFor();
					return new Start(nanos, Long.parseLong(line.substring(Started.LINE.length())));
				}
				output.append(line).append('\n');
			}
		}
		throw new IllegalStateException(application + " did not start:\n" + output);
	}

	private static String millis(double[] nanos) {
		return String.format(Locale.ROOT, "%,.0f ms", Rounds.median(nanos) / 1e6);
	}

	private record Start(long nanos, long classes) {
	}

}
