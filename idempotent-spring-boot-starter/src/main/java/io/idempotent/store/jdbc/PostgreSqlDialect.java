package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
	 * Of the purge, and of claims that meet a record without lock.
	 */
	@Override
	boolean isLocked(SQLException ex) {
		return SqlErrors.hasState(ex, "55P03");
	}

	@Override
	boolean isMissing(SQLException ex) {
		return SqlErrors.hasState(ex, "42P01", "42703", "3F000");
	}

	/**
	 * One statement.
	 */
	@Override
	List<String> verify(String table, String columns, String nothing) {
		List<String> all = super.verify(table, columns, nothing);
		return List.of("WITH i AS (%s), d AS (%s) %s".formatted(all.get(1), all.get(2), all.get(0)));
	}

	@Override
	String grantee() {
		return "SELECT quote_ident(current_user)";
	}

	@Override
	String currentSchema() {
		return "SELECT quote_ident(coalesce(current_schema(), 'public'))";
	}

	/**
	 * A table in such a schema is not found, unless its name has the schema.
	 */
	@Override
	String hiddenSchema(String schema, String table) {
		return """
				SELECT quote_ident(n.nspname) FROM pg_namespace n WHERE NOT has_schema_privilege(n.oid, 'USAGE')
				AND n.nspname !~ '^pg_' AND CASE WHEN '%1$s' <> '' THEN n.nspname = lower('%1$s')
				ELSE EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = lower('%2$s')) END
				ORDER BY 1 LIMIT 1""".formatted(schema, table);
	}

	@Override
	String deniedIn(String schema, String table) {
		return """
				SELECT string_agg(verb, ', ') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) verb,
				pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE quote_ident(n.nspname) = '%s'
				AND c.relname = lower('%s') AND NOT has_table_privilege(c.oid, verb)""".formatted(schema, table);
	}

}
