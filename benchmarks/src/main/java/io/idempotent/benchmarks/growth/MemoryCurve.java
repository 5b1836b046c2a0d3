package io.idempotent.benchmarks.growth;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.idempotent.benchmarks.Grid;
import io.idempotent.benchmarks.Settings;

/**
 * The heap that our engine keeps, each time in a process of its own: per record, per
 * execution in flight, and beside a flood of keys.
 */
final class MemoryCurve implements Curve {

	/** The serial collector leaves nothing over, and the heap is the same everywhere. */
	private static final List<String> OPTIONS = List.of("-Xmx1g", "-XX:+UseSerialGC", "-Xss256k");

	/** The default. */
	private static final String MAX_SIZE = "64MB";

	/** No record is evicted. */
	private static final String LARGE = "512MB";

	@Override
	public String name() {
		return "memory";
	}

	@Override
	public void measure(Settings settings, Report report) throws Exception {
		held(settings, report);
		flood(settings, report);
	}

	private static void held(Settings settings, Report report) throws Exception {
		int records = settings.choose(20_000, 200_000);
		int futures = settings.choose(2_000, 10_000);
		int threads = settings.choose(200, 2_000);
		List<List<String>> lines = new ArrayList<>();
		lines.add(List.of("what", "number", "bytes of heap each"));
		lines.add(line("record in the local cache, result of 20 characters", records,
				used("small", LARGE, List.of(0, records))));
		lines.add(line("record in the local cache, result of 1 KB", records,
				used("kilobyte", LARGE, List.of(0, records))));
		lines.add(line("execution in flight, of a method that returned a future", futures,
				used("futures", LARGE, List.of(futures, futures))));
		lines.add(line("execution in flight, in a thread that waits in the method", threads,
				used("threads", LARGE, List.of(threads, threads))));
		report.add("held", "Memory of one record and of one execution", new Grid(lines));
	}

	private void flood(Settings settings, Report report) throws Exception {
		List<Integer> keys = settings.quick() ? List.of(0, 50_000, 100_000, 200_000, 500_000)
				: List.of(0, 1_000_000, 2_000_000, 5_000_000, 10_000_000);
		report.add(new Figure(name(), "A flood of distinct keys, local cache of " + MAX_SIZE,
				Steps.linear("distinct keys", keys), "MB of used heap", false,
				List.of(Column.plotted("results of 20 characters", megabytes(used("small", MAX_SIZE, keys))),
						Column.plotted("results of 1 KB", megabytes(used("kilobyte", MAX_SIZE, keys))))));
	}

	private static List<Long> used(String what, String maxSize, List<Integer> numbers) throws IOException {
		List<String> arguments = new ArrayList<>(List.of(what, maxSize));
		numbers.forEach((number) -> arguments.add(number.toString()));
		List<Long> used = new ArrayList<>();
		try (Child child = Child.start(MemoryProcess.class, OPTIONS, arguments.toArray(String[]::new))) {
			for (int i = 0; i < numbers.size(); i++) {
				used.add(child.answer());
			}
		}
		return used;
	}

	private static List<String> line(String what, int number, List<Long> used) {
		return List.of(what, String.format(Locale.ROOT, "%,d", number),
				String.format(Locale.ROOT, "%,d", (used.get(1) - used.get(0)) / number));
	}

	private static List<Double> megabytes(List<Long> bytes) {
		return bytes.stream().map((used) -> used / (double) (1 << 20)).toList();
	}

}
