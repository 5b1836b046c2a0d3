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
 * @param output where what was measured is written, null for nowhere
 */
public record Settings(boolean quick, Set<String> only, int rows, boolean durable, @Nullable Path output) {

	/**
	 * Reads the options of a command.
	 * @param options the options
	 * @param sections what {@code --only} may name
	 * @param outputOption what says where to write
	 * @return what they say
	 */
	public static Settings parse(List<String> options, List<String> sections, String outputOption) {
		boolean quick = options.contains("--quick");
		Set<String> only = Set.of();
		int rows = quick ? 200_000 : 5_000_000;
		boolean durable = true;
		Path output = null;
		for (String option : options) {
			String value = option.substring(option.indexOf('=') + 1);
			String name = option.replaceFirst("=.*", "");
			switch (name) {
				case "--quick" -> {
				}
				case "--only" -> only = Set.of(value.split(","));
				case "--rows" -> rows = Integer.parseInt(value);
				case "--not-durable" -> durable = false;
				default -> {
					if (!name.equals(outputOption)) {
						throw new IllegalArgumentException("No such option: " + option);
					}
					output = Path.of(value);
				}
			}
		}
		if (!sections.containsAll(only)) {
			throw new IllegalArgumentException("Sections are " + sections + ", not " + only);
		}
		return new Settings(quick, only, rows, durable, output);
	}

	/**
	 * Whether a section is to be measured.
	 * @param section its name
	 * @return whether it is
	 */
	public boolean includes(String section) {
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
