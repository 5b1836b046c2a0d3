package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a value is on a line from 0 to 1.
 *
 * @param from at 0; its logarithm if logarithmic
 * @param to at 1; its logarithm if logarithmic
 * @param logarithmic how it is divided
 * @param ticks the values to mark
 */
record Axis(double from, double to, boolean logarithmic, List<Double> ticks) {

	/** For that which grows; zero is a decade below the smallest other value. */
	static Axis of(Steps steps) {
		List<Double> values = steps.values().stream().map(Integer::doubleValue).toList();
		double first = values.get(0);
		double last = values.get(values.size() - 1);
		if (!steps.logarithmic()) {
			return new Axis(first, last, false, values);
		}
		double from = (first == 0) ? Math.log10(values.get(1)) - 1 : Math.log10(first);
		return new Axis(from, Math.log10(last), true, values);
	}

	/** For what was measured. */
	static Axis of(List<Double> values, boolean logarithmic) {
		double max = values.stream().mapToDouble(Double::doubleValue).max().orElse(1);
		return logarithmic ? logarithmic(values, max) : linear(Math.max(max, 1e-9));
	}

	private static Axis logarithmic(List<Double> values, double max) {
		double min = values.stream().mapToDouble(Double::doubleValue).filter((value) -> value > 0).min().orElse(1);
		int from = (int) Math.floor(Math.log10(min));
		int to = Math.max(from + 1, (int) Math.ceil(Math.log10(Math.max(min, max)) - 1e-9));
		List<Double> ticks = new ArrayList<>();
		for (int decade = from; decade <= to; decade++) {
			ticks.add(Math.pow(10, decade));
			if (decade < to && to - from <= 2) {
				ticks.add(2 * Math.pow(10, decade));
				ticks.add(5 * Math.pow(10, decade));
			}
		}
		return new Axis(from, to, true, ticks);
	}

	private static Axis linear(double max) {
		double rough = max / 5;
		double decade = Math.pow(10, Math.floor(Math.log10(rough)));
		double step = decade * ((rough <= decade) ? 1 : (rough <= 2 * decade) ? 2 : (rough <= 5 * decade) ? 5 : 10);
		long count = (long) Math.ceil(max / step - 1e-9);
		List<Double> ticks = new ArrayList<>();
		for (long i = 0; i <= count; i++) {
			ticks.add(i * step);
		}
		return new Axis(0, count * step, false, ticks);
	}

	double position(double value) {
		if (this.logarithmic) {
			return (value <= 0) ? 0 : (Math.log10(value) - this.from) / (this.to - this.from);
		}
		return (value - this.from) / (this.to - this.from);
	}

}
