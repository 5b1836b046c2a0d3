package io.idempotent.store.jdbc;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.jdbc.StoreVerb.Access;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How PostgreSQL finds the rows of each verb in a table with many others, both with a
 * plan for the values of one call and with the one for all values, which the server goes
 * over to after a few calls.
 */
@ParameterizedClass
@ValueSource(strings = { "force_custom_plan", "force_generic_plan" })
class JdbcPostgreSqlAccessTests {

	private final HikariDataSource pool;

	private final JdbcTemplate template;

	private final JdbcIdempotencyStore store;

	JdbcPostgreSqlAccessTests(String planCacheMode) {
		// one session, whose prepared statements are seen
		this.pool = TestDatabase.POSTGRESQL.pool(TestDatabase.POSTGRESQL.create()
			.with("?prepareThreshold=1&options=-c%20plan_cache_mode=" + planCacheMode), 1);
		this.template = new JdbcTemplate(this.pool);
		this.store = TestDatabase.POSTGRESQL.store(this.pool);
	}

	@BeforeEach
	void fill() {
		fill(20_000);
	}

	@AfterEach
	void close() {
		this.pool.close();
	}

	/** One of a hundred has expired. */
	private void fill(int rows) {
		fillWithoutAnalysis(rows);
		TestDatabase.execute(this.pool, "ANALYZE idempotency_record");
	}

	private void fillWithoutAnalysis(int rows) {
		// it reads pages as well
		TestDatabase.execute(this.pool, "ALTER TABLE idempotency_record SET (autovacuum_enabled = false)");
		TestDatabase.execute(this.pool, "TRUNCATE idempotency_record");
		TestDatabase.execute(this.pool,
				"""
						INSERT INTO idempotency_record SELECT sha256(i::text::bytea), '', 'filler', i::text, 1, gen_random_uuid(), 1, i,
						NULL, NULL, clock_timestamp() + (i %% 100 - 0.5) * interval '1 hour', clock_timestamp(), clock_timestamp(), 'json/1', NULL
						FROM generate_series(1, %d) i"""
					.formatted(rows));
	}

	/** By the counters of the server. */
	@Test
	void eachVerbFindsItsRowsByAnIndexExceptForWhatIsAskedOfAllRecords() {
		Map<StoreVerb, Access> accesses = new EnumMap<>(StoreVerb.class);
		for (StoreVerb verb : StoreVerb.values()) {
			Runnable call = verb.prepare(this.store);
			long scans = scans();
			long byExpiry = scansByExpiry();
			call.run();
			if (scans() > scans) {
				accesses.put(verb, Access.TABLE);
			}
			else {
				accesses.put(verb, (scansByExpiry() > byExpiry) ? Access.INDEX : Access.PRIMARY_KEY);
			}
		}
		assertThat(accesses).containsExactlyInAnyOrderEntriesOf(
				Stream.of(StoreVerb.values()).collect(Collectors.toMap((verb) -> verb, StoreVerb::access)));
	}

	@Test
	void aTableThatWasNeverAnalysedIsPurgedByTheIndexAsWell() {
		this.template.execute("ALTER TABLE idempotency_record RENAME TO analysed");
		this.template.execute("CREATE TABLE idempotency_record (LIKE analysed INCLUDING ALL)");
		fillWithoutAnalysis(20_000);
		long scans = scans();
		int purged = this.store.purge(100);
		assertThat(purged).isEqualTo(100);
		assertThat(scans()).isEqualTo(scans);
	}

	/**
	 * By the plans for all values, also of the parts of a statement that were not
	 * reached.
	 */
	@Test
	void noPlanForAllValuesScansTheTableExceptForWhatIsAskedOfAllRecords() {
		this.template.execute("SET plan_cache_mode = force_generic_plan");
		Set<String> seen = new HashSet<>();
		for (StoreVerb verb : StoreVerb.values()) {
			verb.prepare(this.store).run();
			String plans = this.template.query("""
					SELECT name, cardinality(parameter_types) AS parameters FROM pg_prepared_statements
					WHERE statement ILIKE '%idempotency_record%' AND statement NOT ILIKE '%pg_prepared_statements%'""",
					(row, i) -> "EXECUTE \"%s\"%s".formatted(row.getString("name"), nulls(row.getInt("parameters"))))
				.stream()
				.filter(seen::add)
				.flatMap((execute) -> this.template.queryForList("EXPLAIN (FORMAT JSON) " + execute, String.class)
					.stream())
				.collect(Collectors.joining());
			if (verb.access() != Access.TABLE) {
				assertThat(plans).as("%s", verb).doesNotContain("Seq Scan");
			}
		}
		// statements of claim, completion and the others, not of nothing
		assertThat(seen).hasSizeGreaterThan(10);
	}

	/** Pages of the table and its indexes. */
	@Test
	void aCallTouchesAsManyPagesAmongManyRowsAsAmongFew() {
		fill(1_000);
		long few = pages();
		fill(50_000);
		// an index is one level deeper
		assertThat(pages()).as("%d among few", few).isLessThanOrEqualTo(few + few / 2);
	}

	private long pages() {
		List<StoreVerb> verbs = List.of(StoreVerb.CLAIM_NEW, StoreVerb.CLAIM_FINISHED, StoreVerb.COMPLETE);
		verbs.forEach((verb) -> verb.prepare(this.store).run());
		String blocks = """
				SELECT heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read
				FROM pg_statio_user_tables WHERE relname = 'idempotency_record'""";
		long before = count(blocks);
		for (int i = 0; i < 20; i++) {
			verbs.forEach((verb) -> verb.prepare(this.store).run());
		}
		return (count(blocks) - before) / 20;
	}

	private long scans() {
		return count("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'idempotency_record'");
	}

	private long scansByExpiry() {
		return count("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = 'idempotency_record_expires'");
	}

	private long count(String query) {
		this.template.queryForList("SELECT pg_stat_force_next_flush()");
		return this.template.queryForObject(query, Long.class);
	}

	private static String nulls(int count) {
		return (count > 0) ? Stream.generate(() -> "NULL").limit(count).collect(Collectors.joining(", ", "(", ")"))
				: "";
	}

}
