package io.idempotent.store.jdbc;

import java.sql.SQLException;

/**
 * H2, in all its modes: it is not the database that a mode is named after.
 */
final class H2Dialect extends JdbcDialect {

	private static final int DUPLICATE_KEY = 23505;

	private static final int DEADLOCK = 40001;

	private static final int CONCURRENT_UPDATE = 90131;

	private final String now;

	H2Dialect() {
		// frozen during a transaction, and each of our statements is one
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
	String nowPlusMillis() {
		return "DATEADD(MILLISECOND, ?, " + this.now + ")";
	}

	@Override
	String epochMicros(String time) {
		return "CAST(EXTRACT(EPOCH FROM " + time + ") * 1000000 AS BIGINT)";
	}

	@Override
	boolean isDuplicateKey(SQLException ex) {
		return SqlErrors.anyOf(ex, (error) -> error.getErrorCode() == DUPLICATE_KEY);
	}

	@Override
	boolean isTransient(SQLException ex) {
		return SqlErrors.anyOf(ex,
				(error) -> error.getErrorCode() == DEADLOCK || error.getErrorCode() == CONCURRENT_UPDATE);
	}

}
