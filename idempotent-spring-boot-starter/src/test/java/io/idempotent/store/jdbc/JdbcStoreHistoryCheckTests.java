package io.idempotent.store.jdbc;

import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.idempotent.database.TestDatabase;
import io.idempotent.test.HistoryRecorder;
import io.idempotent.test.RewritingDataSource;
import io.idempotent.test.StoreHistory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The check of a history finds bugs that are sown into the statements of real dialects.
 */
class JdbcStoreHistoryCheckTests {

	private static final int OPERATIONS = 20_000;

	private static final int CONNECTIONS = 16;

	/** Shorter than the lease. */
	private static final Duration TTL = Duration.ofMillis(20);

	/** What somebody could get wrong, and what is seen of it. */
	enum Bug {

		NO_OWNER_CHECK(TestDatabase.POSTGRESQL, "(?s)(result_type = \\?.*)AND owner_token = \\?",
				"$1AND (owner_token = ? OR TRUE)", "is completed by several owners"),

		FROZEN_CLOCK(TestDatabase.POSTGRESQL, "clock_timestamp\\(\\)", "now()", "is taken from the live attempt"),

		TTL_BEATS_LEASE(TestDatabase.MARIADB, "status IN \\(1, 2\\) AND", "", "is taken from the live attempt"),

		LEASE_BEFORE_OWNER(TestDatabase.MARIADB,
				"owner_token = IF\\((.*), VALUES\\(owner_token\\), owner_token\\),\\s+"
						+ "lease_until = IF\\(.*, VALUES\\(lease_until\\), lease_until\\)",
				"lease_until = IF($1, VALUES(lease_until), lease_until), "
						+ "owner_token = IF($1, VALUES(owner_token), owner_token)",
				"is in progress without an attempt that has a lease"),

		CHECK_THEN_INSERT(TestDatabase.POSTGRESQL, "DO NOTHING",
				"DO UPDATE SET status = 0, owner_token = excluded.owner_token, fence = excluded.fence WHERE random() < 0.01",
				"has two attempts"),

		CHECK_THEN_TAKE(TestDatabase.POSTGRESQL, "AND fence = \\?\\s+AND owner_token = \\? AND status = \\? AND \\(",
				"AND (fence = ? OR TRUE) AND (owner_token = ? OR TRUE) AND (status = ? OR TRUE) AND (TRUE OR ",
				"is taken from the live attempt");

		private final TestDatabase database;

		private final String right;

		private final String wrong;

		private final String sentence;

		Bug(TestDatabase database, String right, String wrong, String sentence) {
			this.database = database;
			this.right = right;
			this.wrong = wrong;
			this.sentence = sentence;
		}

	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "FROZEN_CLOCK")
	void bugIsFound(Bug bug) throws Exception {
		try (HikariDataSource pool = bug.database.pool(CONNECTIONS)) {
			check(bug, pool, OPERATIONS);
		}
	}

	@Test
	void clockThatIsFrozenSinceTheTransactionBeganIsFound() throws Exception {
		try (HikariDataSource pool = Bug.FROZEN_CLOCK.database.pool(4 * CONNECTIONS);
				StaleTransactions stale = new StaleTransactions(pool, 4 * CONNECTIONS)) {
			check(Bug.FROZEN_CLOCK, stale, OPERATIONS / 3);
		}
	}

	private static void check(Bug bug, DataSource dataSource, int operations) throws Exception {
		RewritingDataSource buggy = new RewritingDataSource(dataSource, bug.right, bug.wrong);
		StoreHistory history = new HistoryRecorder(bug.database.store(buggy), operations, TTL).record();
		assertThat(buggy.rewritten()).isPositive();
		assertThat(history.violations()).anyMatch((violation) -> violation.contains(bug.sentence));
	}

}
