package io.idempotent.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Measures several calls in turns, a few of each and in a random order, so that whatever
 * disturbs the machine disturbs all of them. Not one by one: what a call leaves to be
 * done after it would be counted to the next.
 */
public final class Rounds {

	/** As many calls of one follow each other. */
	public static final int BLOCK = 20;

	private final int rounds;

	private final int calls;

	private final Map<String, Contender> contenders = new LinkedHashMap<>();

	/**
	 * Creates the measurement.
	 * @param rounds how many times a ratio is taken
	 * @param calls of each contender in a round, a multiple of {@link #BLOCK}
	 */
	public Rounds(int rounds, int calls) {
		this.rounds = rounds;
		this.calls = calls;
	}

	/**
	 * Adds a call.
	 * @param name what to call it
	 * @param call the call
	 * @return this
	 */
	public Rounds add(String name, Call call) {
		this.contenders.put(name, new Contender(call, new long[this.calls], new double[this.rounds]));
		return this;
	}

	/**
	 * Measures.
	 * @param warmUp the number of rounds before those that count
	 * @param beforeEach is done before each round
	 * @return this
	 * @throws Exception if a call fails
	 */
	public Rounds run(int warmUp, Action beforeEach) throws Exception {
		List<Contender> order = new ArrayList<>(this.contenders.values());
		Random random = new Random(4711);
		for (int round = -warmUp; round < this.rounds; round++) {
			beforeEach.run();
			for (int block = 0; block < this.calls; block += BLOCK) {
				Collections.shuffle(order, random);
				for (Contender contender : order) {
					for (int i = block; i < block + BLOCK; i++) {
						contender.nanos()[i] = time(contender.call(), (round + warmUp) * this.calls + i);
					}
				}
			}
			if (round >= 0) {
				for (Contender contender : order) {
					contender.medians()[round] = median(contender.nanos());
				}
			}
		}
		return this;
	}

	private static long time(Call call, int number) throws Exception {
		long begin = System.nanoTime();
		call.run(number);
		return System.nanoTime() - begin;
	}

	/**
	 * The median of the ratios of all rounds.
	 * @param name a call
	 * @param reference the one it is divided by
	 * @return the ratio
	 */
	public double ratio(String name, String reference) {
		double[] ratios = new double[this.rounds];
		Arrays.setAll(ratios, (i) -> medians(name)[i] / medians(reference)[i]);
		return median(ratios);
	}

	/**
	 * The median of the medians of all rounds.
	 * @param name a call
	 * @return nanoseconds
	 */
	public double nanos(String name) {
		return median(medians(name));
	}

	String time(String name) {
		return micros(nanos(name));
	}

	private double[] medians(String name) {
		return Objects.requireNonNull(this.contenders.get(name), name).medians();
	}

	static String micros(double nanos) {
		return String.format(Locale.ROOT, "%.0f us", nanos / 1_000);
	}

	static double median(long[] values) {
		return median(Arrays.stream(values).asDoubleStream().toArray());
	}

	/**
	 * The one in the middle.
	 * @param values the values, in any order
	 * @return their median
	 */
	public static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int half = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
	}

	/**
	 * One of those that are measured in turns.
	 *
	 * @param call what is measured
	 * @param nanos of each call of a round
	 * @param medians of each round
	 */
	@SuppressWarnings("ArrayRecordComponent") // never compared
	private record Contender(Call call, long[] nanos, double[] medians) {

	}

	/** What is measured. */
	public interface Call {

		/**
		 * Runs once.
		 * @param number never the same again
		 * @throws Exception if it fails
		 */
		void run(int number) throws Exception;

	}

	/** What is not measured. */
	public interface Action {

		/**
		 * Runs once.
		 * @throws Exception if it fails
		 */
		void run() throws Exception;

	}

}
