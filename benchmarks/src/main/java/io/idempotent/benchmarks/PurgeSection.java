package io.idempotent.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.benmanes.caffeine.cache.Ticker;
import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.engine.PurgeWorker;
import io.idempotent.store.Claim;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import io.idempotent.store.jdbc.JdbcDialects;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;

/**
 * The purge beside traffic on PostgreSQL, against a bare DELETE in a loop beside the same
 * traffic, and against the traffic alone.
 */
final class PurgeSection implements Section {

	private static final int BATCH = 1_000;

	private static final Duration TTL = Duration.ofHours(24);

	private static final StoredOutcome OUTCOME = new StoredOutcome(false, "json/1", new byte[130]);

	private static final String DELETE = """
			DELETE FROM idempotency_record WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency_record
			WHERE status <> 0 AND expires_at <= now() ORDER BY expires_at LIMIT 1000))""";

	private final AtomicInteger keys = new AtomicInteger();

	@Override
	public String name() {
		return "purge";
	}

	@Override
	public void measure(Settings settings, Table table) throws Exception {
		int rounds = settings.choose(5, 9);
		// what one run of the worker may delete at most
		int expired = 100_000;
		double[] worker = new double[rounds];
		double[] bare = new double[rounds];
		double[] ratios = new double[rounds];
		double[] alone = new double[rounds];
		double[] beside = new double[rounds];
		double[] slower = new double[rounds];
		double[] besideBare = new double[rounds];
		double[] slowerThanBare = new double[rounds];
		try (HikariDataSource pool = Database.POSTGRESQL.pool(settings, 4)) {
			Database.execute(pool, Database.POSTGRESQL.schema("idempotency_record"));
			IdempotencyStore store = new JdbcIdempotencyStore(pool, JdbcDialects.detect(pool), "idempotency_record");
			Filler.fill(pool, "idempotency_record", "live", expired, "1 day");
			Rounds.Action byWorker = () -> byWorker(store);
			Rounds.Action byHand = () -> byHand(pool);
			// warms up both
			purge(pool, store, byWorker, expired / 5);
			purge(pool, store, byHand, expired / 5);
			for (int i = 0; i < rounds; i++) {
				alone[i] = idle(store, settings.choose(1_000, 3_000));
				Result first = purge(pool, store, (i % 2 == 0) ? byWorker : byHand, expired);
				Result second = purge(pool, store, (i % 2 == 0) ? byHand : byWorker, expired);
				Result ours = (i % 2 == 0) ? first : second;
				Result hand = (i % 2 == 0) ? second : first;
				worker[i] = ours.rowsPerSecond();
				bare[i] = hand.rowsPerSecond();
				ratios[i] = worker[i] / bare[i];
				beside[i] = ours.claim();
				slower[i] = beside[i] / alone[i];
				besideBare[i] = hand.claim();
				slowerThanBare[i] = beside[i] / besideBare[i];
			}
		}
		table.add(Row.atLeast("PostgreSQL: purge beside traffic", rows(worker),
				"the same bare DELETE in a loop beside the same traffic", rows(bare), Rounds.median(ratios), 0.8));
		table.add(Row.atMost("PostgreSQL: claim beside the purge, median", Rounds.micros(Rounds.median(beside)),
				"claim without a purge", Rounds.micros(Rounds.median(alone)), Rounds.median(slower), 1.5));
		table.add(Row.information("PostgreSQL: claim beside the purge, median", Rounds.micros(Rounds.median(beside)),
				"claim beside the bare DELETE", Rounds.micros(Rounds.median(besideBare)),
				Rounds.median(slowerThanBare)));
	}

	private static String rows(double[] rowsPerSecond) {
		return String.format(Locale.ROOT, "%,.0f rows/s", Rounds.median(rowsPerSecond));
	}

	private double idle(IdempotencyStore store, int millis) throws Exception {
		return beside(store, () -> Thread.sleep(millis)).claim();
	}

	private Result purge(HikariDataSource pool, IdempotencyStore store, Rounds.Action purge, int expired)
			throws Exception {
		Filler.fill(pool, "idempotency_record", "expired" + this.keys.incrementAndGet() + "-", expired, "-1 hour");
		Result result = beside(store, purge);
		long left = Database.number(pool, "SELECT count(*) FROM idempotency_record WHERE expires_at <= now()");
		if (left != 0) {
			throw new IllegalStateException("%d rows were not deleted".formatted(left));
		}
		return new Result(expired / result.seconds(), result.claim(), result.seconds());
	}

	/** Does something beside traffic. */
	private Result beside(IdempotencyStore store, Rounds.Action action) throws Exception {
		AtomicBoolean stopped = new AtomicBoolean();
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			Future<Double> claim = executor.submit(() -> traffic(store, stopped));
			long begin = System.nanoTime();
			action.run();
			double seconds = (System.nanoTime() - begin) / 1e9;
			stopped.set(true);
			return new Result(0, claim.get(), seconds);
		}
		finally {
			stopped.set(true);
			executor.shutdown();
		}
	}

	/** Returns the median of the claims. */
	private double traffic(IdempotencyStore store, AtomicBoolean stopped) {
		List<Long> nanos = new ArrayList<>();
		while (!stopped.get()) {
			Ownership ownership = new Ownership(
					new RecordKey("", Contracts.SUBMIT, "traffic" + this.keys.incrementAndGet()), UUID.randomUUID());
			Claim claim = new Claim(ownership, null, Duration.ofSeconds(30), TTL, null);
			long begin = System.nanoTime();
			store.claim(claim);
			nanos.add(System.nanoTime() - begin);
			store.complete(ownership, OUTCOME, TTL);
		}
		return Rounds.median(nanos.stream().mapToLong(Long::longValue).toArray());
	}

	private static void byWorker(IdempotencyStore store) {
		// without a listener it does not count what is abandoned
		try (PurgeWorker worker = new PurgeWorker(store, Duration.ofMinutes(1), BATCH, List.of(),
				Ticker.systemTicker())) {
			worker.run();
		}
	}

	private static void byHand(HikariDataSource pool) throws SQLException {
		int purged = BATCH;
		try (Connection connection = pool.getConnection();
				PreparedStatement statement = connection.prepareStatement(DELETE)) {
			while (purged == BATCH) {
				purged = statement.executeUpdate();
			}
		}
	}

	private record Result(double rowsPerSecond, double claim, double seconds) {
	}

}
