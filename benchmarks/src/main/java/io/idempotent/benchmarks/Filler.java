package io.idempotent.benchmarks;

import java.sql.SQLException;

import javax.sql.DataSource;

/**
 * Fills a table of records on PostgreSQL with finished ones, as calls would have left
 * them.
 */
public final class Filler {

	private static final String ROWS = """
			INSERT INTO %1$s (record_id, scope, operation, idem_key, status, owner_token, attempt, fence, fingerprint,
			expires_at, created_at, completed_at, result_type, result)
			SELECT sha256('\\x01'::bytea || int4send(0) || int4send(octet_length('%2$s')) || '%2$s'::bytea
			    || int4send(octet_length(k)) || k::bytea), '', '%2$s', k, 1, gen_random_uuid(), 1, 1, sha256(k::bytea),
			  clock_timestamp() + interval '%3$s', now(), now(), 'json/1', convert_to(repeat('x', 130), 'UTF8')
			FROM (SELECT '%4$s' || i AS k FROM generate_series(1, %5$d) i) keys""";

	private Filler() {
	}

	/**
	 * Adds rows, and lets the server know.
	 * @param dataSource gives the connections
	 * @param table the name of the table
	 * @param prefix of their keys, which a number from 1 follows
	 * @param rows how many
	 * @param expiry when they expire from now on, as an interval
	 * @throws SQLException if they cannot be added
	 */
	public static void fill(DataSource dataSource, String table, String prefix, int rows, String expiry)
			throws SQLException {
		insert(dataSource, table, prefix, rows, expiry);
		Database.execute(dataSource, "VACUUM ANALYZE " + table);
	}

	static void insert(DataSource dataSource, String table, String prefix, int rows, String expiry)
			throws SQLException {
		Database.execute(dataSource, ROWS.formatted(table, Contracts.SUBMIT, expiry, prefix, rows));
	}

}
