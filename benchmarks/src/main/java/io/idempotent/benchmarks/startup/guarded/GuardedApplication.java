package io.idempotent.benchmarks.startup.guarded;

import io.idempotent.benchmarks.startup.Started;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application.
 */
@SpringBootApplication
public class GuardedApplication {

	/**
	 * Starts the application.
	 * @param arguments further arguments
	 */
	public static void main(String[] arguments) {
		Started.run(GuardedApplication.class, arguments);
	}

}
