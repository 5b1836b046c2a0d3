package io.idempotent.benchmarks.growth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.idempotent.benchmarks.Rounds;

/**
 * Several calls at several steps, all of them in turns.
 */
final class Growing {

	private final Rounds rounds;

	/** How often each was repeated, step by step. */
	private final Map<String, List<Integer>> repeats = new LinkedHashMap<>();

	Growing(Rounds rounds) {
		this.rounds = rounds;
	}

	/**
	 * Adds a call at its next step.
	 */
	void add(String name, Rounds.Call call) {
		addRepeated(name, 1, call);
	}

	/**
	 * Adds a call that is too short to be timed alone.
	 */
	void addRepeated(String name, int repeat, Rounds.Call call) {
		List<Integer> steps = this.repeats.computeIfAbsent(name, (key) -> new ArrayList<>());
		this.rounds.add(id(name, steps.size()), (number) -> {
			for (int i = 0; i < repeat; i++) {
				call.run(number * repeat + i);
			}
		});
		steps.add(repeat);
	}

	/**
	 * Measures.
	 * @return the medians in microseconds, with their ratios to that of the first step
	 */
	List<Column> measure(int warmUp) throws Exception {
		this.rounds.run(warmUp, () -> {
		});
		return this.repeats.keySet().stream().map(this::column).toList();
	}

	private Column column(String name) {
		List<Integer> repeat = this.repeats.getOrDefault(name, List.of());
		List<Double> micros = new ArrayList<>();
		List<Double> ratios = new ArrayList<>();
		IntStream.range(0, repeat.size()).forEach((step) -> {
			micros.add(this.rounds.nanos(id(name, step)) / 1_000 / repeat.get(step));
			ratios.add(this.rounds.ratio(id(name, step), id(name, 0)) * repeat.get(0) / repeat.get(step));
		});
		return new Column(name, micros, ratios, true);
	}

	private static String id(String name, int step) {
		return name + " at step " + step;
	}

}
