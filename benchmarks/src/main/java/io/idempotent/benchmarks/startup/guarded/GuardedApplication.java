package io.idempotent.benchmarks.startup.guarded;

import io.idempotent.benchmarks.startup.Started;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class GuardedApplication {

	/**
	 * Starts the application.
	 * @param arguments none
	 */
	public static void main(String[] arguments) {
		Started.run(GuardedApplication.class);
	}

}
