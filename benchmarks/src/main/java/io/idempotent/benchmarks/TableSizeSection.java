package io.idempotent.benchmarks;

import java.util.concurrent.ThreadLocalRandom;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.store.Ownership;
import org.jspecify.annotations.Nullable;

/**
 * Claims on PostgreSQL in a table with many rows against one that is nearly empty.
 */
final class TableSizeSection implements Section {

	/** The plan for so few is to read all of them. */
	private static final int FEW = 10;

	@Override
	public String name() {
		return "table-size";
	}

	@Override
	public void measure(Settings settings, Table table) throws Exception {
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 2)) {
			int calls = settings.choose(100, 500);
			Database.execute(pool, Database.POSTGRESQL.schema("large"));
			Database.execute(pool, Database.POSTGRESQL.schema("small"));
			Filler.fill(pool, "large", "k", settings.rows(), "1 day");
			// rows for duplicates; analysed or not, the server keeps to its first plan
			Database.execute(pool, Database.POSTGRESQL.schema("analysed"));
			Database.execute(pool, "ALTER TABLE small SET (autovacuum_enabled = false)");
			Database.execute(pool, "ALTER TABLE analysed SET (autovacuum_enabled = false)");
			Filler.insert(pool, "small", "k", calls, "1 day");
			Filler.fill(pool, "analysed", "k", FEW, "1 day");
			Database.execute(pool, "CHECKPOINT");
			Records large = new Records(pool, "large");
			Records small = new Records(pool, "small");
			Records analysed = new Records(pool, "analysed");
			// what was claimed in the block before is completed
			@Nullable Ownership[] inLarge = new Ownership[calls];
			@Nullable Ownership[] inSmall = new Ownership[calls];
			Rounds rounds = new Rounds(settings.choose(10, 40), calls)
				.add("claim", (number) -> inLarge[number % calls] = large.acquire("new-" + number))
				.add("claim, empty", (number) -> inSmall[number % calls] = small.acquire("new-" + number))
				.add("claim, analysed", (number) -> analysed.acquire("new-" + number))
				.add("completion", (number) -> large.complete(inLarge[(number + calls - Rounds.BLOCK) % calls]))
				.add("completion, empty", (number) -> small.complete(inSmall[(number + calls - Rounds.BLOCK) % calls]))
				.add("duplicate", (number) -> large.meet("k" + random(settings.rows())))
				.add("duplicate, empty", (number) -> small.meet("k" + random(calls)));
			rounds.run(settings.choose(10, 20), () -> {
			});
			for (String what : new String[] { "claim", "completion", "duplicate" }) {
				table.add(Row.atMost("PostgreSQL: %s at %,d rows".formatted(what, settings.rows()), rounds.time(what),
						"a table that began with %,d".formatted(calls), rounds.time(what + ", empty"),
						rounds.ratio(what, what + ", empty"), 1.3));
			}
			table.add(Row.information("PostgreSQL: claim in a table analysed at %,d rows, grown since".formatted(FEW),
					rounds.time("claim, analysed"), "the same, never analysed", rounds.time("claim, empty"),
					rounds.ratio("claim, analysed", "claim, empty")));
		}
	}

	private static int random(int rows) {
		return 1 + ThreadLocalRandom.current().nextInt(rows);
	}

}
