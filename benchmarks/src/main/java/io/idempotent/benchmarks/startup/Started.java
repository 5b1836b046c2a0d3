package io.idempotent.benchmarks.startup;

import java.lang.management.ManagementFactory;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;

/**
 * Starts an application, says so on standard output, and ends.
 */
public final class Started {

	static final String STARTED = "started";

	static final String CLASSES = "loaded classes: ";

	/**
	 * The system property that asks for the steps of the start, which take time as well.
	 */
	static final String STEPS = "benchmarks.steps";

	private Started() {
	}

	/**
	 * Starts it on a free port of loopback.
	 * @param application the application
	 * @param arguments its arguments
	 */
	@SuppressWarnings("resource") // ends with the JVM
	public static void run(Class<?> application, String... arguments) {
		String[] all = Stream
			.concat(Stream.of("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
					"--spring.sql.init.schema-locations=classpath:startup/schema.sql"), Stream.of(arguments))
			.toArray(String[]::new);
		SpringApplication spring = new SpringApplication(application);
		if (Boolean.getBoolean(STEPS)) {
			BufferingApplicationStartup startup = new BufferingApplicationStartup(10_000);
			spring.setApplicationStartup(startup);
			spring.run(all);
			StartUpSteps.print(startup.getBufferedTimeline());
		}
		else {
			spring.run(all);
		}
		System.out.println(STARTED);
		System.out.println(CLASSES + ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount());
		Runtime.getRuntime().halt(0);
	}

}
