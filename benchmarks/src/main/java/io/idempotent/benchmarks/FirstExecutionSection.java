package io.idempotent.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.store.Claim;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The first execution of an annotated method on PostgreSQL against what could be written
 * by hand; and what each of them lets the server do.
 */
final class FirstExecutionSection implements Section {

	private static final String METHOD = "annotated method";

	private static final String STORE = "store";

	private static final String BY_HAND = "by hand";

	private static final String LIMITED = "by hand, query timeout";

	private static final String REQUIRES_NEW = "by hand, REQUIRES_NEW";

	private static final String LEAST = "least";

	private static final byte[] RESULT = new byte[130];

	private static final StoredOutcome OUTCOME = new StoredOutcome(false, "json/1", RESULT);

	private static final Duration TTL = Duration.ofHours(24);

	@Override
	public String name() {
		return "first-execution";
	}

	@Override
	public void measure(Settings settings, Table table) throws Exception {
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 2)) {
			Database.execute(pool, Database.POSTGRESQL.schema("by_hand"));
			Database.execute(pool, Database.POSTGRESQL.schema("by_hand_limited"));
			Database.execute(pool, Database.POSTGRESQL.schema("by_hand_new"));
			Database.execute(pool, Least.SCHEMA);
			try (Node node = new Node(Contracts.class, pool)) {
				time(settings, pool, node, table);
				statements(settings, pool, node.get(IdempotencyStore.class), table);
			}
			distant(settings, pool, table);
			try (Node node = new Node(Contracts.class, pool); Node other = new Node(Contracts.class, pool)) {
				work(settings, pool, node, other, table);
			}
		}
	}

	private static void time(Settings settings, HikariDataSource pool, Node node, Table table) throws Exception {
		Contracts contracts = node.get(Contracts.class);
		IdempotencyStore store = node.get(IdempotencyStore.class);
		ByHand byHand = new ByHand(pool, "by_hand", 0);
		ByHand limited = new ByHand(pool, "by_hand_limited", 10);
		ByHand inTransactions = new InTransactions(pool, "by_hand_new");
		Least least = new Least(pool);
		Rounds rounds = new Rounds(settings.choose(15, 50), settings.choose(100, 500))
			.add(METHOD, (number) -> contracts.submit("key-" + number))
			.add(BY_HAND, (number) -> byHand.submit("key-" + number))
			.add(LIMITED, (number) -> limited.submit("key-" + number))
			.add(REQUIRES_NEW, (number) -> inTransactions.submit("key-" + number))
			.add(LEAST, (number) -> least.submit("key-" + number))
			.add(STORE, (number) -> submit(store, "store-" + number))
			// the more code there is, the longer the JIT takes
			.run(settings.choose(15, 60), () -> {
			});
		String what = "PostgreSQL: first execution";
		table.add(Row.atMost(what, rounds.time(METHOD), "claim + complete by hand, same columns", rounds.time(BY_HAND),
				rounds.ratio(METHOD, BY_HAND), 1.1));
		table.add(Row.information(what + ", store alone", rounds.time(STORE), "the same", rounds.time(BY_HAND),
				rounds.ratio(STORE, BY_HAND)));
		table.add(Row.information(what, rounds.time(METHOD), "the same with a query timeout, as ours has",
				rounds.time(LIMITED), rounds.ratio(METHOD, LIMITED)));
		table.add(Row.information(what, rounds.time(METHOD), "the same statements, each in REQUIRES_NEW",
				rounds.time(REQUIRES_NEW), rounds.ratio(METHOD, REQUIRES_NEW)));
		table.add(Row.information(what, rounds.time(METHOD), "the least: key, status, result", rounds.time(LEAST),
				rounds.ratio(METHOD, LEAST)));
	}

	/** Over a network, as most servers are. */
	private static void distant(Settings settings, HikariDataSource pool, Table table) throws Exception {
		URI url = URI.create(pool.getJdbcUrl().substring("jdbc:".length()));
		try (DistantServer server = new DistantServer(url.getPort(), Duration.ofMillis(1));
				HikariDataSource distant = new HikariDataSource()) {
			distant.setJdbcUrl("jdbc:postgresql://127.0.0.1:%d%s".formatted(server.port(), url.getPath()));
			distant.setUsername(pool.getUsername());
			distant.setPassword(pool.getPassword());
			distant.setMaximumPoolSize(2);
			try (Node node = new Node(Contracts.class, distant)) {
				Contracts contracts = node.get(Contracts.class);
				ByHand byHand = new ByHand(distant, "by_hand", 0);
				Rounds rounds = new Rounds(settings.choose(5, 15), settings.choose(40, 100))
					.add(METHOD, (number) -> contracts.submit("distant-" + number))
					.add(BY_HAND, (number) -> byHand.submit("distant-" + number))
					.run(settings.choose(2, 5), () -> {
					});
				table.add(Row.atMost("PostgreSQL: first execution, network of 1 ms", rounds.time(METHOD),
						"claim + complete by hand, same columns", rounds.time(BY_HAND), rounds.ratio(METHOD, BY_HAND),
						1.1));
			}
		}
	}

	private static void submit(IdempotencyStore store, String key) {
		store.complete(claim(store, key), OUTCOME, TTL);
	}

	private static Ownership claim(IdempotencyStore store, String key) {
		Ownership ownership = new Ownership(new RecordKey("", Contracts.SUBMIT, key), UUID.randomUUID());
		store.claim(new Claim(ownership, null, Duration.ofSeconds(30), TTL, null));
		return ownership;
	}

	/** The two statements of the store against the two by hand. */
	private static void statements(Settings settings, HikariDataSource pool, IdempotencyStore store, Table table)
			throws Exception {
		ByHand byHand = new ByHand(pool, "by_hand", 0);
		int calls = settings.choose(100, 500);
		// what was claimed in the block before is completed
		@Nullable Ownership[] claimed = new Ownership[calls];
		@Nullable Ownership[] claimedByHand = new Ownership[calls];
		Rounds rounds = new Rounds(settings.choose(10, 30), calls)
			.add("claim", (number) -> claimed[number % calls] = claim(store, "claim-" + number))
			.add("INSERT", (number) -> {
				Ownership ownership = new Ownership(new RecordKey("", Contracts.SUBMIT, "claim-" + number),
						UUID.randomUUID());
				byHand.claim(ownership.key().toId(), ownership.key().key(), ownership.token());
				claimedByHand[number % calls] = ownership;
			})
			.add("completion", (number) -> {
				Ownership ownership = claimed[(number + calls - Rounds.BLOCK) % calls];
				if (ownership != null) {
					store.complete(ownership, OUTCOME, TTL);
				}
			})
			.add("UPDATE", (number) -> {
				Ownership ownership = claimedByHand[(number + calls - Rounds.BLOCK) % calls];
				if (ownership != null) {
					byHand.complete(ownership.key().toId(), ownership.token(), RESULT);
				}
			})
			.run(settings.choose(5, 10), () -> {
			});
		table.add(Row.information("PostgreSQL: claim of the store", rounds.time("claim"), "INSERT by hand",
				rounds.time("INSERT"), rounds.ratio("claim", "INSERT")));
		table.add(Row.information("PostgreSQL: completion of the store", rounds.time("completion"), "UPDATE by hand",
				rounds.time("UPDATE"), rounds.ratio("completion", "UPDATE")));
	}

	private static void work(Settings settings, HikariDataSource pool, Node node, Node other, Table table)
			throws Exception {
		int calls = settings.choose(1_000, 5_000);
		ByHand byHand = new ByHand(pool, "by_hand", 0);
		ByHand inTransactions = new InTransactions(pool, "by_hand_new");
		Contracts contracts = node.get(Contracts.class);
		Contracts elsewhere = other.get(Contracts.class);
		PostgreSqlWork ours = PostgreSqlWork.of(pool, calls, (number) -> contracts.submit("work-" + number));
		PostgreSqlWork hand = PostgreSqlWork.of(pool, calls, (number) -> byHand.submit("work-" + number));
		PostgreSqlWork transactions = PostgreSqlWork.of(pool, calls,
				(number) -> inTransactions.submit("work-" + number));
		PostgreSqlWork duplicate = PostgreSqlWork.of(pool, calls, (number) -> elsewhere.submit("work-" + number));
		String reference = "claim + complete by hand";
		// a connection more or less does not matter
		table.add(Row.atMost("PostgreSQL: commits of a first execution", ours.commitsText(), reference,
				hand.commitsText(), ours.commits() / hand.commits(), 1.01));
		table.add(Row.atMost("PostgreSQL: transactions that write, of a first execution", ours.idsText(), reference,
				hand.idsText(), ours.ids() / hand.ids(), 1.01));
		table.add(Row.information("PostgreSQL: WAL of a first execution", ours.walText(), reference, hand.walText(),
				ours.wal() / hand.wal()));
		table.add(Row.information("PostgreSQL: WAL of a first execution", ours.walText(),
				"the same statements, each in REQUIRES_NEW", transactions.walText(), ours.wal() / transactions.wal()));
		table.add(Row.atMost("PostgreSQL: transactions that write, of a duplicate", duplicate.idsText(),
				"first execution", ours.idsText(), duplicate.ids() / ours.ids(), 0.01));
		table.add(Row.information("PostgreSQL: WAL of a duplicate", duplicate.walText(), "first execution",
				ours.walText(), duplicate.wal() / ours.wal()));
	}

}
