package io.idempotent.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.idempotent.benchmarks.growth.Growth;
import io.idempotent.benchmarks.replay.ReplaySection;
import io.idempotent.benchmarks.startup.StartUpSection;
import org.slf4j.LoggerFactory;

/**
 * The command: prints the table of targets, or hands over to JMH.
 */
public final class Benchmarks {

	private static final String USAGE = """
			targets [--quick] [--only=SECTION,...] [--rows=N] [--not-durable] [--markdown=FILE]
			    measures the targets and prints their table
			    --quick     a few minutes, for a first look
			    --only      some of: %s
			    --rows      in the large table, 5000000 by default, 200000 if quick
			    --not-durable  PostgreSQL does not wait for the disk
			    --markdown  writes the table to a file as well
			growth [--quick] [--only=CURVE,...] [--rows=N] [--not-durable] [--directory=DIR]
			    measures how cost grows, and writes tables (growth.md) and plots (SVG)
			    --quick     two minutes, for a first look
			    --only      some of: %s
			    --rows      in the largest table, 5000000 by default, 200000 if quick
			    --directory where to write, target/growth by default
			jmh [ARGUMENTS OF JMH]
			    the benchmarks inside one JVM, such as: jmh -prof gc StringKeyReplay""";

	private Benchmarks() {
	}

	/**
	 * Runs a command.
	 * @param arguments the command and its options
	 * @throws Exception if something cannot be measured
	 */
	public static void main(String[] arguments) throws Exception {
		// servers tell much while they start
		((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
		List<Section> sections = List.of(new ReplaySection(), new StatementsSection(), new FirstExecutionSection(),
				new ClaimSection(), new OneKeySection(), new TableSizeSection(), new PurgeSection(),
				new StartUpSection());
		List<String> names = sections.stream().map(Section::name).toList();
		List<String> all = new ArrayList<>(Arrays.asList(arguments));
		String command = all.isEmpty() ? "help" : all.remove(0);
		switch (command) {
			case "targets" -> targets(sections, Settings.parse(all, names, "--markdown"));
			case "growth" -> Growth.measure(all);
			case "jmh" -> org.openjdk.jmh.Main.main(all.toArray(String[]::new));
			default -> System.out.println(USAGE.formatted(String.join(", ", names), String.join(", ", Growth.names())));
		}
		// servers and pools have threads of their own
		System.exit(0);
	}

	private static void targets(List<Section> sections, Settings settings) throws Exception {
		Table table = new Table(Machine.describe(settings));
		for (Section section : sections) {
			if (settings.includes(section.name())) {
				long begin = System.nanoTime();
				section.measure(settings, table);
				System.out.printf("-- %s: measured in %d s%n", section.name(),
						(System.nanoTime() - begin) / 1_000_000_000);
			}
		}
		System.out.println();
		System.out.println(table.toText());
		if (settings.output() != null) {
			table.writeMarkdown(settings.output());
		}
	}

}
