package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What grows.
 *
 * @param label what it is
 * @param values from the smallest to the largest
 * @param texts the same to read
 * @param logarithmic how the axis is divided; zero then has a place of its own
 */
record Steps(String label, List<Integer> values, List<String> texts, boolean logarithmic) {

	static Steps logarithmic(String label, List<Integer> values) {
		return new Steps(label, values, values.stream().map(Steps::number).toList(), true);
	}

	static Steps linear(String label, List<Integer> values) {
		return new Steps(label, values, values.stream().map(Steps::number).toList(), false);
	}

	static Steps bytes(String label, List<Integer> values) {
		return new Steps(label, values, values.stream().map(Steps::bytes).toList(), true);
	}

	/** Those below a limit, and the limit. */
	static List<Integer> upTo(int limit, int... values) {
		List<Integer> all = new ArrayList<>();
		for (int value : values) {
			if (value < limit) {
				all.add(value);
			}
		}
		all.add(limit);
		return List.copyOf(all);
	}

	private static String number(int value) {
		return (value >= 1_000_000 && value % 100_000 == 0) ? text(value / 1e6) + " M"
				: String.format(Locale.ROOT, "%,d", value);
	}

	private static String bytes(int value) {
		return (value >= 1 << 20) ? text(value / (double) (1 << 20)) + " MB"
				: (value >= 1_024) ? text(value / 1_024.0) + " KB" : value + " B";
	}

	private static String text(double value) {
		return (value == Math.rint(value)) ? String.format(Locale.ROOT, "%.0f", value)
				: String.format(Locale.ROOT, "%.1f", value);
	}

}
