package io.idempotent.benchmarks.startup.plain;

import io.idempotent.benchmarks.startup.Started;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The application.
 */
@SpringBootApplication
public class PlainApplication {

	/**
	 * Starts the application.
	 * @param arguments further arguments
	 */
	public static void main(String[] arguments) {
		Started.run(PlainApplication.class, arguments);
	}

}
