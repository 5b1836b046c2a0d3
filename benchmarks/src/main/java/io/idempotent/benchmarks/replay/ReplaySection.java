package io.idempotent.benchmarks.replay;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import io.idempotent.benchmarks.Rounds;
import io.idempotent.benchmarks.Row;
import io.idempotent.benchmarks.Section;
import io.idempotent.benchmarks.Settings;
import io.idempotent.benchmarks.Table;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Replays from the local cache. Each round runs all of them once, each in a JVM of its
 * own.
 */
public final class ReplaySection implements Section {

	private static final String BYTES = "gc.alloc.rate.norm";

	@Override
	public String name() {
		return "replay";
	}

	@Override
	public void measure(Settings settings, Table table) throws RunnerException {
		Scores scores = new Scores();
		for (int round = 0; round < settings.choose(1, 5); round++) {
			scores.add(new Runner(options(settings)).run());
		}
		String what = "local replay, String key, key-only argument";
		String expression = "@Cacheable on Caffeine, key = \"#workflowId\" as well";
		time(table, scores, what, "idempotent", expression, "cacheableByExpression", 1.0 / 3);
		bytes(table, scores, what, "idempotent", expression, "cacheableByExpression", 1.0 / 3);
		time(table, scores, what, "idempotent", "@Cacheable on Caffeine, no key attribute", "cacheable", 0);
		bytes(table, scores, what, "idempotent", "@Cacheable on Caffeine, no key attribute", "cacheable", 0);
		time(table, scores, what, "idempotent", "an empty interceptor", "emptyInterceptor", 0);
		bytes(table, scores, what, "idempotent", "an empty interceptor", "emptyInterceptor", 0);
		for (String kind : List.of("Record", "Bean")) {
			what = "local replay, 1 KB payload checked, a %s".formatted(kind.toLowerCase(Locale.ROOT));
			time(table, scores, what, "idempotent" + kind, "canonical JSON by Jackson + SHA-256",
					"jsonAndHashOf" + kind, 1);
			time(table, scores, what, "idempotent" + kind, "our canonical form + SHA-256", "fingerprintOf" + kind, 0);
			time(table, scores, what, "idempotent" + kind, "SHA-256 of 1 KB alone", "hash", 0);
			bytes(table, scores, what, "idempotent" + kind, "canonical JSON by Jackson + SHA-256",
					"jsonAndHashOf" + kind, 0);
		}
	}

	private static Options options(Settings settings) {
		return new OptionsBuilder().include(ReplaySection.class.getPackageName() + "\\..*")
			.forks(1)
			.warmupIterations(settings.choose(4, 8))
			.warmupTime(TimeValue.seconds(1))
			.measurementIterations(settings.choose(3, 5))
			.measurementTime(TimeValue.milliseconds(settings.choose(500, 1_000)))
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.build();
	}

	private static void time(Table table, Scores scores, String what, String name, String reference,
			String referenceName, double limit) {
		add(table, what + ": time", text(scores.nanos(name), "ns"), reference, text(scores.nanos(referenceName), "ns"),
				scores.ratio(scores.nanos, name, referenceName), limit);
	}

	private static void bytes(Table table, Scores scores, String what, String name, String reference,
			String referenceName, double limit) {
		add(table, what + ": garbage", text(scores.bytes(name), "B"), reference, text(scores.bytes(referenceName), "B"),
				scores.ratio(scores.bytes, name, referenceName), limit);
	}

	private static void add(Table table, String what, String figure, String reference, String referenceFigure,
			double ratio, double limit) {
		table.add((limit > 0) ? Row.atMost(what, figure, reference, referenceFigure, ratio, limit)
				: Row.information(what, figure, reference, referenceFigure, ratio));
	}

	private static String text(double value, String unit) {
		return String.format(Locale.ROOT, "%,.0f %s", value, unit);
	}

	/** Of all rounds. */
	private static final class Scores {

		private final Map<String, List<Double>> nanos = new HashMap<>();

		private final Map<String, List<Double>> bytes = new HashMap<>();

		void add(Collection<RunResult> results) {
			for (RunResult result : results) {
				String benchmark = result.getParams().getBenchmark();
				String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
				this.nanos.computeIfAbsent(name, (key) -> new ArrayList<>())
					.add(result.getPrimaryResult().getStatistics().getPercentile(50));
				this.bytes.computeIfAbsent(name, (key) -> new ArrayList<>())
					.add(Objects.requireNonNull(result.getSecondaryResults().get(BYTES), BYTES).getScore());
			}
		}

		double nanos(String name) {
			return median(of(this.nanos, name));
		}

		double bytes(String name) {
			return median(of(this.bytes, name));
		}

		double ratio(Map<String, List<Double>> scores, String name, String reference) {
			List<Double> ratios = new ArrayList<>();
			for (int i = 0; i < of(scores, name).size(); i++) {
				ratios.add(of(scores, name).get(i) / of(scores, reference).get(i));
			}
			return median(ratios);
		}

		private static List<Double> of(Map<String, List<Double>> scores, String name) {
			return Objects.requireNonNull(scores.get(name), name);
		}

		private static double median(List<Double> values) {
			return Rounds.median(values.stream().mapToDouble(Double::doubleValue).toArray());
		}

	}

}
