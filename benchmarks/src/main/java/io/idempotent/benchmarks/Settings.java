package io.idempotent.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What is to be measured, and how long.
 *
 * @param quick whether a first look is enough
 * @param only the sections, all if empty
 * @param rows in the large table
 * @param durable whether PostgreSQL waits for the disk
 * @param markdown the file that gets the table, null for none
 */
public record Settings(boolean quick, Set<String> only, int rows, boolean durable, @Nullable Path markdown) {

	static Settings parse(List<String> options, List<String> sections) {
		boolean quick = options.contains("--quick");
		Set<String> only = Set.of();
		int rows = quick ? 200_000 : 5_000_000;
		boolean durable = false;
		Path markdown = null;
		for (String option : options) {
			String value = option.substring(option.indexOf('=') + 1);
			switch (option.replaceFirst("=.*", "")) {
				case "--quick" -> {
				}
				case "--only" -> only = Set.of(value.split(","));
				case "--rows" -> rows = Integer.parseInt(value);
				case "--durable" -> durable = true;
				case "--markdown" -> markdown = Path.of(value);
				default -> throw new IllegalArgumentException("No such option: " + option);
			}
		}
		if (!sections.containsAll(only)) {
			throw new IllegalArgumentException("Sections are " + sections + ", not " + only);
		}
		return new Settings(quick, only, rows, durable, markdown);
	}

	boolean includes(String section) {
		return this.only.isEmpty() || this.only.contains(section);
	}

	/**
	 * Chooses by the mode.
	 * @param inQuick the number in quick mode
	 * @param inFull the number in full mode
	 * @return the one of them
	 */
	public int choose(int inQuick, int inFull) {
		return this.quick ? inQuick : inFull;
	}

}
