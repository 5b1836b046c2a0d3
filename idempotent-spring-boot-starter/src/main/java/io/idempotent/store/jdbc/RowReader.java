package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.util.List;

import io.idempotent.AbandonedAttempt;
import io.idempotent.store.RecordKey;

/**
 * Reads rows, each with the time of the database at which it was as it is read.
 */
final class RowReader {

	private final OwnConnections connections;

	private final String look;

	private final String glance;

	private final String findAbandoned;

	private final String countAbandoned;

	RowReader(JdbcDialect dialect, String table, OwnConnections connections) {
		this.connections = connections;
		String columns = """
				SELECT %s AS db_now, r.scope, r.operation, r.idem_key, r.status, r.owner_token, r.attempt, r.fence,
				r.fingerprint, %s AS claimed, %s AS leased, %s AS expires, %s AS completed, r.result_type, \
				""".formatted(dialect.epochMicros(dialect.now()), dialect.epochMicros("r.created_at"),
				dialect.epochMicros("r.lease_until"), dialect.epochMicros("r.expires_at"),
				dialect.epochMicros("r.completed_at"));
		String one = " FROM " + dialect.oneRow() + " d LEFT JOIN " + table + " r ON r.record_id = ?";
		String abandoned = " FROM " + table + " r WHERE r.status = 0 AND r.lease_until <= " + dialect.now();
		this.look = columns + "r.result" + one;
		this.glance = columns + "NULL AS result" + one;
		this.findAbandoned = columns + "NULL AS result" + abandoned + " ORDER BY r.created_at " + dialect.limit();
		this.countAbandoned = "SELECT COUNT(*)" + abandoned;
	}

	/**
	 * Looks whether there is a row, and at the time.
	 */
	Sight look(RecordKey key) throws SQLException {
		return see(this.look, key);
	}

	/**
	 * The same without the result.
	 */
	Sight glance(RecordKey key) throws SQLException {
		return see(this.glance, key);
	}

	private Sight see(String text, RecordKey key) throws SQLException {
		return this.connections.list(Sql.of(text, key.toId()), (row) -> Sight.read(row, key)).get(0);
	}

	List<AbandonedAttempt> findAbandoned(int limit) throws SQLException {
		return this.connections.list(Sql.of(this.findAbandoned, limit), (row) -> StoredRow.read(row).toAttempt());
	}

	long countAbandoned() throws SQLException {
		return this.connections.list(Sql.of(this.countAbandoned), (row) -> row.getLong(1)).get(0);
	}

}
