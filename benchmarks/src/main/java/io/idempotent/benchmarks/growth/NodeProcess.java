package io.idempotent.benchmarks.growth;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.benchmarks.Node;

/**
 * A node in a process of its own: for each line with a prefix and a number, submits as
 * many keys of that prefix, and answers how many it executed.
 */
final class NodeProcess {

	/** That call at once, each with a connection if it needs one. */
	static final int THREADS = 8;

	private NodeProcess() {
	}

	/**
	 * Runs until its input ends.
	 * @param arguments the URL of the database
	 * @throws Exception if a call fails
	 */
	public static void main(String[] arguments) throws Exception {
		try (HikariDataSource pool = new HikariDataSource();
				BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			pool.setJdbcUrl(arguments[0]);
			pool.setUsername("postgres");
			pool.setMaximumPoolSize(THREADS);
			try (Node node = new Node(Operations.class, pool, "idempotent.on-in-progress=wait")) {
				Operations operations = node.get(Operations.class);
				System.out.println(Child.ANSWER + 0);
				for (String line = reader.readLine(); line != null; line = reader.readLine()) {
					String prefix = line.substring(0, line.indexOf(' '));
					int keys = Integer.parseInt(line.substring(line.indexOf(' ') + 1));
					int before = operations.executions();
					Load.each(THREADS, keys, (thread, number) -> operations.submit(prefix + number));
					System.out.println(Child.ANSWER + (operations.executions() - before));
				}
			}
		}
	}

}
