package io.idempotent.benchmarks;

import java.sql.SQLException;
import java.util.Locale;

import com.zaxxer.hikari.HikariDataSource;

/**
 * What PostgreSQL had to do for one call, on average of many.
 *
 * @param commits transactions that ended, read-only ones too
 * @param ids transactions that wrote
 * @param wal bytes of its log
 */
record PostgreSqlWork(double commits, double ids, double wal) {

	/**
	 * Measures calls, one after the other.
	 * @param pool the connections, of the only ones to its database
	 */
	static PostgreSqlWork of(HikariDataSource pool, int calls, Rounds.Call call) throws Exception {
		long commits = commits(pool);
		long ids = ids(pool);
		long wal = wal(pool);
		for (int i = 0; i < calls; i++) {
			call.run(i);
		}
		wal = wal(pool) - wal;
		ids = ids(pool) - ids;
		commits = commits(pool) - commits;
		return new PostgreSqlWork((double) commits / calls, (double) ids / calls, (double) wal / calls);
	}

	private static long ids(HikariDataSource pool) throws SQLException {
		return Database.number(pool, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
	}

	private static long wal(HikariDataSource pool) throws SQLException {
		return Database.number(pool, "SELECT pg_current_wal_insert_lsn() - '0/0'");
	}

	/** Sessions report what they did when they end, at the latest. */
	private static long commits(HikariDataSource pool) throws Exception {
		pool.getHikariPoolMXBean().softEvictConnections();
		while (Database.number(pool, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
				+ " AND backend_type = 'client backend'") > pool.getHikariPoolMXBean().getTotalConnections()) {
			Thread.sleep(20);
		}
		return Database.number(pool, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
	}

	String commitsText() {
		return String.format(Locale.ROOT, "%.2f", this.commits);
	}

	String idsText() {
		return String.format(Locale.ROOT, "%.2f", this.ids);
	}

	String walText() {
		return String.format(Locale.ROOT, "%.0f B", this.wal);
	}

}
