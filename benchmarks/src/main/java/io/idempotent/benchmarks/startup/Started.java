package io.idempotent.benchmarks.startup;

import java.lang.management.ManagementFactory;
import java.util.stream.Stream;

import org.springframework.boot.SpringApplication;

/**
 * Starts an application, says so on standard output, and ends.
 */
public final class Started {

	static final String LINE = "started, loaded classes: ";

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
		SpringApplication.run(application, all);
		System.out.println(LINE + ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount());
		Runtime.getRuntime().halt(0);
	}

}
