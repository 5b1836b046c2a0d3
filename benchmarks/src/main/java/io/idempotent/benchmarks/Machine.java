package io.idempotent.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.springframework.boot.SpringBootVersion;

/**
 * Where it was measured.
 */
public final class Machine {

	private Machine() {
	}

	/**
	 * Describes it.
	 * @param settings what is measured there
	 * @return a few lines
	 */
	public static List<String> describe(Settings settings) {
		Runtime runtime = Runtime.getRuntime();
		return List.of(
				"%s, %s mode%s".formatted(LocalDate.now(ZoneOffset.UTC), settings.quick() ? "quick" : "full",
						settings.durable() ? ", PostgreSQL waits for the disk"
								: ", PostgreSQL does not wait for the disk"),
				"%d processors (%s), load %.1f at the start, %s %s".formatted(runtime.availableProcessors(),
						processor(), ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
						System.getProperty("os.name"), System.getProperty("os.version").replaceFirst("-.*", "")),
				"%s %s, at most %d MB of heap, Spring Boot %s".formatted(System.getProperty("java.vm.name"),
						System.getProperty("java.runtime.version"), runtime.maxMemory() >> 20,
						SpringBootVersion.getVersion()),
				"Servers on the same machine, by loopback. Ratios decide, not times: both sides of each are measured "
						+ "in turns in the same run, and a ratio is the median of those of all rounds.");
	}

	private static String processor() {
		try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
			return lines.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith("model name"))
				.map((line) -> line.replaceFirst(".*:\\s*", ""))
				.findFirst()
				.orElse(System.getProperty("os.arch"));
		}
		catch (IOException ex) {
			return System.getProperty("os.arch");
		}
	}

}
