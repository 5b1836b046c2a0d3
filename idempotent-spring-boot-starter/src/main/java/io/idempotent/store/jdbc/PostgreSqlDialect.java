package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;

/**
 * PostgreSQL from 12 on.
 */
final class PostgreSqlDialect extends JdbcDialect {

	PostgreSqlDialect() {
		super("postgresql", "PostgreSQL");
	}

	@Override
	String now() {
		return "clock_timestamp()";
	}

	@Override
	String begin() {
		return "now()";
	}

	@Override
	String later() {
		return "clock_timestamp() + ? * interval '1 millisecond'";
	}

	@Override
	String epochMicros(String time) {
		return "(extract(epoch FROM " + time + ") * 1000000)::bigint";
	}

	/**
	 * By their place in the table, which in one with partitions may be that of other rows
	 * as well. Hardly ever has another transaction one of them, such as the purge of
	 * another node, and then waits are short.
	 */
	@Override
	String purge(String table, String condition) {
		return """
				DELETE FROM %1$s WHERE (SELECT set_config('lock_timeout', '50', TRUE)) IS NOT NULL
				AND ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE %2$s ORDER BY expires_at LIMIT ?)) AND %2$s"""
			.formatted(table, condition);
	}

	/**
	 * Locks each row before, which writes as much as to delete it, and touches no other
	 * row.
	 */
	@Override
	Optional<String> purgeUnlocked(String table, String condition) {
		return Optional.of("""
				WITH d AS MATERIALIZED (SELECT tableoid AS part, ctid AS place FROM %1$s WHERE %2$s
				  ORDER BY expires_at LIMIT ? FOR UPDATE SKIP LOCKED)
				DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT place FROM d))
				AND (tableoid, ctid) IN (SELECT part, place FROM d)""".formatted(table, condition));
	}

	@Override
	Object bind(UUID token) {
		return token;
	}

	@Override
	boolean canJoin() {
		return true;
	}

	@Override
	ClaimProtocol claims(String table, Statements statements, Connections connections) {
		return new PostgreSqlClaim(this, table, statements, connections);
	}

	@Override
	Optional<String> unboundedIdleTransactions(Connection connection) throws SQLException {
		return isZero(connection, "SELECT setting FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'")
				? Optional.of("idle_in_transaction_session_timeout is 0") : Optional.empty();
	}

	@Override
	boolean isDuplicateKey(SQLException ex) {
		return SqlErrors.hasState(ex, "23505");
	}

	/**
	 * Of the purge; claims do not wait.
	 */
	@Override
	boolean isLocked(SQLException ex) {
		return SqlErrors.hasState(ex, "55P03");
	}

	@Override
	boolean isMissing(SQLException ex) {
		return SqlErrors.hasState(ex, "42P01", "42703", "3F000");
	}

}
