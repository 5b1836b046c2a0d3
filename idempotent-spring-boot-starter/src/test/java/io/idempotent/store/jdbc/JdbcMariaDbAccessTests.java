package io.idempotent.store.jdbc;

import java.util.EnumMap;
import java.util.Map;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many rows MariaDB reads for each verb in a table with many others, by the counters
 * of the session.
 */
@ParameterizedClass
@EnumSource(names = { "MARIADB", "MYSQL" })
class JdbcMariaDbAccessTests {

	private static final int ROWS = 20_000;

	private final HikariDataSource pool;

	private final JdbcTemplate template;

	private final JdbcIdempotencyStore store;

	JdbcMariaDbAccessTests(TestDatabase database) {
		this.pool = database.pool(1);
		this.template = new JdbcTemplate(this.pool);
		this.store = database.store(this.pool);
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void eachVerbReadsAFewRowsExceptForWhatIsAskedOfAllRecords() {
		// one of a hundred has expired
		TestDatabase.execute(this.pool,
				"""
						INSERT INTO idempotency_record SELECT UNHEX(SHA2(seq, 256)), '', 'filler', seq, 1, UUID(), 1, seq,
						NULL, NULL, utc_timestamp(6) + INTERVAL (CAST(seq AS SIGNED) %% 100 * 60 - 30) MINUTE, utc_timestamp(6), utc_timestamp(6), 'json/1', NULL
						FROM seq_1_to_%d"""
					.formatted(ROWS));
		this.template.queryForList("ANALYZE TABLE idempotency_record");
		Map<StoreVerb, Long> reads = new EnumMap<>(StoreVerb.class);
		for (StoreVerb verb : StoreVerb.values()) {
			reads.put(verb, reads(verb.prepare(this.store)));
		}
		assertThat(reads).allSatisfy((verb, rows) -> {
			switch (verb.access()) {
				case PRIMARY_KEY -> assertThat(rows).isLessThanOrEqualTo(5);
				case INDEX -> assertThat(rows).isLessThanOrEqualTo(20);
				case TABLE -> assertThat(rows).isGreaterThanOrEqualTo(ROWS);
			}
		});
	}

	private long reads(Runnable call) {
		long before = reads();
		call.run();
		return reads() - before;
	}

	private long reads() {
		return this.template.query("SHOW SESSION STATUS LIKE 'Handler_read%'", (row, i) -> row.getLong(2))
			.stream()
			.mapToLong(Long::longValue)
			.sum();
	}

}
