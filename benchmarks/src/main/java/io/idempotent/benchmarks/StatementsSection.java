package io.idempotent.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.test.StatementCountingDataSource;

/**
 * Statements of one call of an annotated method on each database, counted.
 */
final class StatementsSection implements Section {

	@Override
	public String name() {
		return "statements";
	}

	@Override
	public void measure(Settings settings, Table table) throws Exception {
		for (Database database : Database.values()) {
			String target = switch (database) {
				case POSTGRESQL, MARIADB -> "2/1/0";
				case MYSQL -> "2/2/0";
				case H2, HSQLDB -> "3/1/0";
			};
			try (HikariDataSource pool = database.pool(settings, 2)) {
				measure(database, new StatementCountingDataSource(pool), target, table);
			}
		}
	}

	private static void measure(Database database, StatementCountingDataSource dataSource, String target, Table table) {
		try (Node node = new Node(Contracts.class, dataSource); Node other = new Node(Contracts.class, dataSource)) {
			dataSource.reset();
			node.get(Contracts.class).submit("key");
			int first = dataSource.count();
			node.get(Contracts.class).submit("key");
			int local = dataSource.count() - first;
			other.get(Contracts.class).submit("key");
			int duplicate = dataSource.count() - first - local;
			table.add(Row.exactly("%s: statements of a first execution / duplicate from the authority / local replay"
				.formatted(database), first + "/" + duplicate + "/" + local, target));
			table.add(Row.exactly("%s: explicit commits of these".formatted(database),
					String.valueOf(dataSource.commits()), "0"));
			if (node.get(Contracts.class).executions() + other.get(Contracts.class).executions() != 1) {
				throw new IllegalStateException("It did not run once on " + database);
			}
		}
	}

}
