package io.idempotent.benchmarks.startup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

import io.idempotent.benchmarks.Rounds;
import io.idempotent.benchmarks.Row;

import org.springframework.boot.context.metrics.buffering.StartupTimeline;
import org.springframework.boot.context.metrics.buffering.StartupTimeline.TimelineEvent;
import org.springframework.core.metrics.StartupStep;

/**
 * What a start consists of, each step without those inside of it, as Spring itself
 * measures them.
 */
final class StartUpSteps {

	private static final String LINE = "step: ";

	private final List<Map<String, Double>> guarded = new ArrayList<>();

	private final List<Map<String, Double>> plain = new ArrayList<>();

	static void print(StartupTimeline timeline) {
		Map<Long, Duration> inside = new HashMap<>();
		for (TimelineEvent event : timeline.getEvents()) {
			Long parent = event.getStartupStep().getParentId();
			if (parent != null) {
				inside.merge(parent, event.getDuration(), Duration::plus);
			}
		}
		for (TimelineEvent event : timeline.getEvents()) {
			StartupStep step = event.getStartupStep();
			Duration own = event.getDuration().minus(inside.getOrDefault(step.getId(), Duration.ZERO));
			System.out.println(LINE + own.toNanos() + " " + step.getName() + beanName(step));
		}
	}

	private static String beanName(StartupStep step) {
		return StreamSupport.stream(step.getTags().spliterator(), false)
			.filter((tag) -> tag.getKey().equals("beanName"))
			.map((tag) -> " " + tag.getValue())
			.findFirst()
			.orElse("");
	}

	void addGuarded(List<String> output) {
		this.guarded.add(read(output));
	}

	void addPlain(List<String> output) {
		this.plain.add(read(output));
	}

	private static Map<String, Double> read(List<String> output) {
		Map<String, Double> steps = new HashMap<>();
		for (String line : output) {
			if (line.startsWith(LINE)) {
				String[] parts = line.substring(LINE.length()).split(" ", 2);
				steps.merge(parts[1], Long.parseLong(parts[0]) / 1e6, Double::sum);
			}
		}
		return steps;
	}

	/**
	 * The steps that differ most.
	 */
	List<Row> largest(int count, String reference) {
		Set<String> names = new TreeSet<>();
		this.guarded.forEach((steps) -> names.addAll(steps.keySet()));
		return names.stream()
			.sorted(Comparator.comparingDouble((String name) -> millis(this.plain, name) - millis(this.guarded, name)))
			.limit(count)
			.map((name) -> new Row("start-up, of which " + name, text(millis(this.guarded, name)), reference,
					text(millis(this.plain, name)), "", "", ""))
			.toList();
	}

	private static double millis(List<Map<String, Double>> starts, String name) {
		return Rounds.median(starts.stream().mapToDouble((steps) -> steps.getOrDefault(name, 0.0)).toArray());
	}

	private static String text(double millis) {
		return String.format(Locale.ROOT, "%.0f ms", millis);
	}

}
