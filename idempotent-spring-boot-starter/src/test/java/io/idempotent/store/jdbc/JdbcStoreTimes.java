package io.idempotent.store.jdbc;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The times of docs/jdbc.md, next to those of the least that somebody would write by
 * hand. A measurement and no test:
 * {@code mvn test -pl idempotent-spring-boot-starter -Dtest=JdbcStoreTimes -Dtests.excluded-groups=}
 */
@Tag("measurements")
class JdbcStoreTimes {

	private static final int WARM_UP = 3_000;

	private static final int ROUNDS = 5_000;

	private static final Duration TTL = Duration.ofHours(1);

	private final byte[] result = new byte[512];

	@ParameterizedTest
	@EnumSource(names = { "POSTGRESQL", "MARIADB", "MYSQL", "H2" })
	void measure(TestDatabase database) {
		try (HikariDataSource pool = database.pool(2)) {
			String binary = (database == TestDatabase.POSTGRESQL) ? "bytea" : "varbinary(600)";
			TestDatabase.execute(pool, "CREATE TABLE by_hand (id %s NOT NULL %s, status smallint NOT NULL, result %s)"
				.formatted(binary, (database == TestDatabase.POSTGRESQL) ? "PRIMARY KEY" : "", binary));
			if (database != TestDatabase.POSTGRESQL) {
				TestDatabase.execute(pool, "CREATE UNIQUE INDEX by_hand_id ON by_hand (id)");
			}
			JdbcIdempotencyStore store = database.store(pool);
			JdbcTemplate jdbc = new JdbcTemplate(pool);
			Map<String, long[]> times = new LinkedHashMap<>();
			for (int i = -WARM_UP; i < ROUNDS; i++) {
				int round = i;
				byte[] id = ByteBuffer.allocate(32).putInt(i).array();
				time(times, "first execution, by hand", round, () -> {
					jdbc.update("INSERT INTO by_hand (id, status) VALUES (?, 0)", id);
					jdbc.update("UPDATE by_hand SET status = 1, result = ? WHERE id = ? AND status = 0", this.result,
							id);
				});
				time(times, "duplicate, by hand", round,
						() -> jdbc.queryForMap("SELECT status, result FROM by_hand WHERE id = ?", id));
				time(times, "first execution", round, () -> {
					Claim claim = claim(round);
					assertThat(store.claim(claim)).isInstanceOf(ClaimAnswer.Acquired.class);
					store.complete(claim.ownership(), new StoredOutcome(false, "json/1", this.result), TTL);
				});
				time(times, "duplicate", round,
						() -> assertThat(store.claim(claim(round))).isInstanceOf(ClaimAnswer.Finished.class));
			}
			times.forEach((what, nanos) -> System.out.printf("%-10s %-26s %6d us (median of %d)%n", database, what,
					median(nanos) / 1_000, ROUNDS));
		}
	}

	private static Claim claim(int number) {
		return new Claim(new Ownership(new RecordKey("tenant", "contract.submit", "key" + number), UUID.randomUUID()),
				null, Duration.ofSeconds(30), TTL, null);
	}

	private static void time(Map<String, long[]> times, String what, int round, Runnable work) {
		long begin = System.nanoTime();
		work.run();
		long nanos = System.nanoTime() - begin;
		if (round >= 0) {
			times.computeIfAbsent(what, (key) -> new long[ROUNDS])[round] = nanos;
		}
	}

	private static long median(long[] nanos) {
		long[] sorted = nanos.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

}
