package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

import io.idempotent.AbandonedAttempt;
import io.idempotent.store.RecordKey;

/**
 * Reads rows, each with the time of the database at which it was as it is read.
 */
final class RowReader {

	private final JdbcDialect dialect;

	private final Connections connections;

	private final String look;

	private final String glance;

	private final String findAbandoned;

	private final String countAbandoned;

	RowReader(JdbcDialect dialect, String table, Connections connections) {
		this(dialect, table, connections, "");
	}

	/**
	 * Creates the reader.
	 * @param lock ends the query of one row, such as {@code LOCK IN SHARE MODE}
	 */
	RowReader(JdbcDialect dialect, String table, Connections connections, String lock) {
		this.dialect = dialect;
		this.connections = connections;
		String columns = "SELECT " + columns(dialect, dialect.now(), "r.");
		String one = " FROM " + dialect.oneRow() + " LEFT JOIN " + table + " r ON r.record_id = ?" + lock;
		String abandoned = " FROM " + table + " r WHERE r.status = 0 AND r.lease_until <= " + dialect.now();
		this.look = columns + ", r.result" + one;
		this.glance = columns + one;
		this.findAbandoned = columns + abandoned + " ORDER BY r.created_at " + dialect.limit();
		this.countAbandoned = "SELECT COUNT(*)" + abandoned;
	}

	/**
	 * All columns but the result, and the time.
	 */
	static String columns(JdbcDialect dialect, String now, String prefix) {
		return """
				%2$s AS db_now, %1$sscope, %1$soperation, %1$sidem_key, %1$sstatus, %1$sowner_token, %1$sattempt, %1$sfence, \
				%1$sfingerprint, %3$s AS claimed, %4$s AS leased, %5$s AS expires, %6$s AS completed, %1$sresult_type"""
			.formatted(prefix, dialect.epochMicros(now), dialect.epochMicros(prefix + "created_at"),
					dialect.epochMicros(prefix + "lease_until"), dialect.epochMicros(prefix + "expires_at"),
					dialect.epochMicros(prefix + "completed_at"));
	}

	/**
	 * Looks whether there is a row, and at the time.
	 */
	RowSnapshot look(RecordKey key) throws SQLException {
		return see(this.look, key, true);
	}

	/**
	 * The same without the result.
	 */
	RowSnapshot glance(RecordKey key) throws SQLException {
		return see(this.glance, key, false);
	}

	private RowSnapshot see(String text, RecordKey key, boolean withBody) throws SQLException {
		return Collections.max(this.connections.list(Sql.of(text, key.toId()),
				(row) -> RowSnapshot.read(row, key, this.dialect, withBody)));
	}

	List<AbandonedAttempt> findAbandoned(int limit) throws SQLException {
		return this.connections.list(Sql.of(this.findAbandoned, limit).within(0),
				(row) -> StoredRow.read(row, this.dialect, false).toAttempt());
	}

	long countAbandoned() throws SQLException {
		return this.connections.list(Sql.of(this.countAbandoned).within(0), (row) -> row.getLong(1)).get(0);
	}

}
