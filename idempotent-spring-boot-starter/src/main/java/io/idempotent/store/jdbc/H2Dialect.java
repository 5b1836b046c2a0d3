package io.idempotent.store.jdbc;

import java.sql.SQLException;
import java.util.UUID;

/**
 * H2, in all its modes: it is not the database that a mode is named after.
 */
final class H2Dialect extends JdbcDialect {

	private final String now;

	H2Dialect() {
		// frozen during a transaction, and each of our own statements is one
		this("CURRENT_TIMESTAMP");
	}

	H2Dialect(String now) {
		super("h2", "H2");
		this.now = now;
	}

	@Override
	String now() {
		return this.now;
	}

	@Override
	String later() {
		return "DATEADD(MILLISECOND, ?, " + this.now + ")";
	}

	@Override
	String epochMicros(String time) {
		return "CAST(EXTRACT(EPOCH FROM " + time + ") * 1000000 AS BIGINT)";
	}

	/**
	 * In {@code MODE=Oracle} an empty text is null, and its column has none. No scope has
	 * a NUL character of its own.
	 */
	@Override
	String scope() {
		return "COALESCE(?, CHAR(0))";
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
	boolean isDuplicateKey(SQLException ex) {
		return SqlErrors.hasCode(ex, 23505);
	}

	@Override
	boolean isTransient(SQLException ex) {
		return SqlErrors.hasCode(ex, 40001, 90131);
	}

	@Override
	boolean isLocked(SQLException ex) {
		return SqlErrors.hasCode(ex, 50200, 57014);
	}

	@Override
	boolean isMissing(SQLException ex) {
		return SqlErrors.hasCode(ex, 42102, 42103, 42104, 42122, 90079);
	}

	@Override
	boolean isReadOnly(SQLException ex) {
		return SqlErrors.hasCode(ex, 90097);
	}

	@Override
	boolean isDenied(SQLException ex) {
		return SqlErrors.hasCode(ex, 90096, 90040);
	}

	@Override
	String grantee() {
		return "SELECT QUOTE_IDENT(CURRENT_USER)";
	}

	@Override
	String currentSchema() {
		return "SELECT QUOTE_IDENT(CURRENT_SCHEMA)";
	}

	@Override
	String grantCreate() {
		return "GRANT ALTER ANY SCHEMA TO %2$s";
	}

}
