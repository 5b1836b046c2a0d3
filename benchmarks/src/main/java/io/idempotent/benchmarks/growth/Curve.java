package io.idempotent.benchmarks.growth;

import io.idempotent.benchmarks.Settings;

/**
 * Measures how something grows.
 */
interface Curve {

	/**
	 * What to call it on the command line, and its file.
	 */
	String name();

	void measure(Settings settings, Report report) throws Exception;

}
