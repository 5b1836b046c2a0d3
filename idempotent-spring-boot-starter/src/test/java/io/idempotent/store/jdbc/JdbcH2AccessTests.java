package io.idempotent.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Types;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.store.jdbc.StoreVerb.Access;
import io.idempotent.test.StatementCountingDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How H2 finds the rows of each verb in a table with many others, as it explains the
 * statements.
 */
class JdbcH2AccessTests {

	private final HikariDataSource pool = TestDatabase.H2.pool(1);

	private final StatementCountingDataSource dataSource = new StatementCountingDataSource(this.pool);

	private final JdbcIdempotencyStore store = TestDatabase.H2.store(this.dataSource);

	@AfterEach
	void close() {
		this.pool.close();
	}

	@Test
	void eachVerbFindsItsRowsByAnIndexExceptForWhatIsAskedOfAllRecords() {
		// one of a hundred has expired
		TestDatabase.execute(this.pool,
				"""
						INSERT INTO idempotency_record SELECT HASH('SHA-256', CAST(x AS VARCHAR)), '', 'filler', x, 1, RANDOM_UUID(), 1, x,
						NULL, NULL, DATEADD(MINUTE, MOD(x, 100) * 60 - 30, CURRENT_TIMESTAMP), CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 'json/1', NULL
						FROM SYSTEM_RANGE(1, 20000)""");
		TestDatabase.execute(this.pool, "ANALYZE");
		Map<StoreVerb, Access> accesses = new EnumMap<>(StoreVerb.class);
		for (StoreVerb verb : StoreVerb.values()) {
			Runnable call = verb.prepare(this.store);
			this.dataSource.reset();
			call.run();
			List<String> plans = this.dataSource.statements().stream().map(this::explain).toList();
			accesses.put(verb, access(plans));
		}
		assertThat(accesses).containsExactlyInAnyOrderEntriesOf(
				Stream.of(StoreVerb.values()).collect(Collectors.toMap((verb) -> verb, StoreVerb::access)));
	}

	private static Access access(List<String> plans) {
		if (plans.stream().anyMatch((plan) -> plan.contains("tableScan"))) {
			return Access.TABLE;
		}
		// an INSERT finds nothing
		return plans.stream().allMatch((plan) -> plan.contains("PRIMARY_KEY") || plan.startsWith("INSERT"))
				? Access.PRIMARY_KEY : Access.INDEX;
	}

	private String explain(String sql) {
		return new JdbcTemplate(this.pool).execute("EXPLAIN " + sql, (PreparedStatement statement) -> {
			for (int i = 1; i <= statement.getParameterMetaData().getParameterCount(); i++) {
				statement.setNull(i, Types.NULL);
			}
			try (ResultSet result = statement.executeQuery()) {
				result.next();
				return result.getString(1);
			}
		});
	}

}
