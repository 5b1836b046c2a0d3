package io.idempotent.store.jdbc;

import java.sql.SQLException;

/**
 * Oracle from 19c on.
 */
final class OracleDialect extends JdbcDialect {

	OracleDialect() {
		super("oracle", "Oracle");
	}

	@Override
	String now() {
		return "SYS_EXTRACT_UTC(SYSTIMESTAMP)";
	}

	@Override
	String later() {
		return "SYS_EXTRACT_UTC(SYSTIMESTAMP) + NUMTODSINTERVAL(? / 1000, 'SECOND')";
	}

	@Override
	String epochMicros(String time) {
		return "ROUND((CAST(%1$s AS DATE) - DATE '1970-01-01') * 86400) * 1000000 + MOD(EXTRACT(SECOND FROM %1$s) * 1000000, 1000000)"
			.formatted("CAST(" + time + " AS TIMESTAMP(6))");
	}

	@Override
	String oneRow() {
		return "(SELECT 1 AS one FROM dual) d";
	}

	@Override
	String purge(String table, String condition) {
		return "DELETE FROM " + table + " WHERE " + condition + " AND ROWNUM <= ?";
	}

	@Override
	boolean isDuplicateKey(SQLException ex) {
		return SqlErrors.hasCode(ex, 1);
	}

	@Override
	boolean isTransient(SQLException ex) {
		return SqlErrors.hasCode(ex, 60, 8177);
	}

	@Override
	boolean isLocked(SQLException ex) {
		return SqlErrors.hasCode(ex, 54, 30006);
	}

	@Override
	boolean isMissing(SQLException ex) {
		return SqlErrors.hasCode(ex, 942, 904);
	}

	@Override
	boolean isReadOnly(SQLException ex) {
		return SqlErrors.hasCode(ex, 16000, 1456);
	}

	@Override
	boolean isUnstorable(SQLException ex) {
		return super.isUnstorable(ex) || SqlErrors.hasCode(ex, 12899);
	}

	@Override
	boolean isDenied(SQLException ex) {
		return SqlErrors.hasCode(ex, 1031);
	}

	@Override
	String grantee() {
		return "SELECT USER FROM dual";
	}

	@Override
	String grantCreate() {
		return "GRANT CREATE TABLE TO %2$s";
	}

}
