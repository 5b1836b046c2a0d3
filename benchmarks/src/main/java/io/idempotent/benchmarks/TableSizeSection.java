package io.idempotent.benchmarks;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import io.idempotent.store.jdbc.JdbcDialects;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;
import org.jspecify.annotations.Nullable;

/**
 * Claims on PostgreSQL in a table with many rows against one that is nearly empty.
 */
final class TableSizeSection implements Section {

	/** The plan for so few is to read all of them. */
	private static final int FEW = 10;

	private static final Duration TTL = Duration.ofHours(24);

	private static final StoredOutcome OUTCOME = new StoredOutcome(false, "json/1", new byte[130]);

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
			IdempotencyStore large = store(pool, "large");
			IdempotencyStore small = store(pool, "small");
			IdempotencyStore analysed = store(pool, "analysed");
			// what was claimed in the block before is completed
			@Nullable Ownership[] inLarge = new Ownership[calls];
			@Nullable Ownership[] inSmall = new Ownership[calls];
			Rounds rounds = new Rounds(settings.choose(10, 40), calls)
				.add("claim", (number) -> inLarge[number % calls] = acquire(large, "new-" + number))
				.add("claim, empty", (number) -> inSmall[number % calls] = acquire(small, "new-" + number))
				.add("claim, analysed", (number) -> acquire(analysed, "new-" + number))
				.add("completion", (number) -> complete(large, inLarge[(number + calls - Rounds.BLOCK) % calls]))
				.add("completion, empty", (number) -> complete(small, inSmall[(number + calls - Rounds.BLOCK) % calls]))
				.add("duplicate", (number) -> meet(large, "k" + random(settings.rows())))
				.add("duplicate, empty", (number) -> meet(small, "k" + random(calls)));
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

	private static IdempotencyStore store(HikariDataSource pool, String table) {
		return new JdbcIdempotencyStore(pool, JdbcDialects.detect(pool), table);
	}

	private static Ownership acquire(IdempotencyStore store, String key) {
		Claim claim = claim(key);
		require(store.claim(claim) instanceof ClaimAnswer.Acquired);
		return claim.ownership();
	}

	private static void complete(IdempotencyStore store, @Nullable Ownership ownership) {
		if (ownership != null) {
			store.complete(ownership, OUTCOME, TTL);
		}
	}

	private static void meet(IdempotencyStore store, String key) {
		require(store.claim(claim(key)) instanceof ClaimAnswer.Finished);
	}

	private static Claim claim(String key) {
		return new Claim(new Ownership(new RecordKey("", Contracts.SUBMIT, key), UUID.randomUUID()), null,
				Duration.ofSeconds(30), TTL, null);
	}

	private static void require(boolean condition) {
		if (!condition) {
			throw new IllegalStateException("Another answer was expected");
		}
	}

}
