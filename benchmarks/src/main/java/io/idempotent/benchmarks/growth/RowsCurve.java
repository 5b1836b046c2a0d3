package io.idempotent.benchmarks.growth;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.benchmarks.Database;
import io.idempotent.benchmarks.Filler;
import io.idempotent.benchmarks.Records;
import io.idempotent.benchmarks.Rounds;
import io.idempotent.benchmarks.Settings;
import io.idempotent.store.Ownership;
import org.jspecify.annotations.Nullable;

/**
 * The steps of the store on PostgreSQL in tables that began with ever more rows.
 */
final class RowsCurve implements Curve {

	@Override
	public String name() {
		return "rows";
	}

	@Override
	public void measure(Settings settings, Report report) throws Exception {
		List<Integer> sizes = Steps.upTo(settings.rows(), 0, 1_000, 10_000, 100_000, 1_000_000);
		int calls = settings.choose(40, 200);
		Growing growing = new Growing(new Rounds(settings.choose(5, 30), calls));
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 2)) {
			for (int rows : sizes) {
				fill(pool, "rows_" + rows, rows);
			}
			Database.execute(pool, "CHECKPOINT");
			for (int rows : sizes) {
				add(growing, new Records(pool, "rows_" + rows), rows, calls);
			}
			report
				.add(new Figure(name(), "Rows in the table", Steps.logarithmic("rows in the table at the start", sizes),
						"microseconds", false, growing.measure(settings.choose(3, 15))));
		}
	}

	private static void fill(HikariDataSource pool, String table, int rows) throws Exception {
		Database.execute(pool, Database.POSTGRESQL.schema(table));
		Database.execute(pool, "ALTER TABLE " + table + " SET (autovacuum_enabled = false)");
		if (rows > 0) {
			Filler.fill(pool, table, "k", rows, "1 day");
		}
	}

	private static void add(Growing growing, Records records, int rows, int calls) {
		// what was claimed in the block before is completed
		@Nullable Ownership[] claimed = new Ownership[calls];
		growing.add("claim", (number) -> claimed[number % calls] = records.acquire("new-" + number));
		growing.add("completion", (number) -> records.complete(claimed[(number + calls - Rounds.BLOCK) % calls]));
		growing.add("duplicate", (number) -> {
			if (rows > 0) {
				records.meet("k" + (1 + ThreadLocalRandom.current().nextInt(rows)));
			}
			// of the empty table, what is surely completed by now
			else if (number >= 3 * Rounds.BLOCK) {
				records.meet("new-" + ThreadLocalRandom.current().nextInt(number - 3 * Rounds.BLOCK + 1));
			}
		});
	}

}
