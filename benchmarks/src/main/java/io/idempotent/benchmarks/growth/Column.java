package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import io.idempotent.benchmarks.Rounds;

/**
 * What was measured at each step.
 *
 * @param name what it is
 * @param values one for each step
 * @param ratios those of the values to the first, empty if there are none to show
 * @param plotted whether it is a line of the plot, or of the table only
 */
record Column(String name, List<Double> values, List<Double> ratios, boolean plotted) {

	/**
	 * The medians of all rounds, and those of the ratios of each round.
	 * @param measured at each step the values of all rounds
	 */
	static Column medians(String name, double[][] measured) {
		List<Double> medians = new ArrayList<>();
		List<Double> ratios = new ArrayList<>();
		for (double[] atStep : measured) {
			medians.add(Rounds.median(atStep));
			ratios.add(Rounds
				.median(IntStream.range(0, atStep.length).mapToDouble((i) -> atStep[i] / measured[0][i]).toArray()));
		}
		return new Column(name, medians, ratios, true);
	}

	static Column plotted(String name, List<Double> values) {
		return new Column(name, values, List.of(), true);
	}

	static Column inTableOnly(String name, List<Double> values) {
		return new Column(name, values, List.of(), false);
	}

	String cell(int step) {
		String text = text(this.values.get(step));
		return this.ratios.isEmpty() ? text : text + String.format(Locale.ROOT, " (%.2f)", this.ratios.get(step));
	}

	private static String text(double value) {
		String format = (value == Math.rint(value) || value >= 100) ? "%,.0f" : (value >= 10) ? "%.1f" : "%.2f";
		return String.format(Locale.ROOT, format, value);
	}

}
