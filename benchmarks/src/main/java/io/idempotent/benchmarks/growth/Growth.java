package io.idempotent.benchmarks.growth;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.idempotent.benchmarks.Machine;
import io.idempotent.benchmarks.Settings;

/**
 * The command: measures the curves, and writes their tables and plots.
 */
public final class Growth {

	private static final Path TARGET = Path.of("target", "growth");

	private static final List<Curve> CURVES = List.of(new RowsCurve(), new ThreadsCurve(), new PayloadCurve(),
			new ResultCurve(), new DuplicatesCurve(), new NodesCurve(), new MemoryCurve());

	private Growth() {
	}

	/**
	 * What there is to measure.
	 * @return the names of the curves
	 */
	public static List<String> names() {
		return CURVES.stream().map(Curve::name).toList();
	}

	/**
	 * Measures and writes.
	 * @param options those of the command
	 * @throws Exception if something cannot be measured
	 */
	public static void measure(List<String> options) throws Exception {
		Settings settings = Settings.parse(options, names(), "--directory");
		Path directory = Objects.requireNonNullElse(settings.output(), TARGET);
		Report report = new Report(directory, command(options), Machine.describe(settings));
		for (Curve curve : CURVES) {
			if (settings.includes(curve.name())) {
				long begin = System.nanoTime();
				curve.measure(settings, report);
				System.out.printf("-- %s: measured in %d s%n%n", curve.name(),
						(System.nanoTime() - begin) / 1_000_000_000);
			}
		}
		report.write();
		System.out.println("Written to " + directory.toAbsolutePath().normalize());
	}

	/** Where it is written does not matter to a reader. */
	private static String command(List<String> options) {
		return Stream
			.concat(Stream.of("growth"), options.stream().filter((option) -> !option.startsWith("--directory")))
			.collect(Collectors.joining(" "));
	}

}
