package io.idempotent.benchmarks;

/**
 * Measures what belongs together.
 */
public interface Section {

	/**
	 * What to call it on the command line.
	 * @return the name
	 */
	String name();

	/**
	 * Measures it.
	 * @param settings how long
	 * @param table takes the rows
	 * @throws Exception if it cannot be measured
	 */
	void measure(Settings settings, Table table) throws Exception;

}
