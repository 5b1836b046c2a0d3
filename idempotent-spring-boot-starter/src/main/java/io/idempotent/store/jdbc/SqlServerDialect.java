package io.idempotent.store.jdbc;

import java.sql.SQLException;

/**
 * SQL Server from 2016 on.
 */
final class SqlServerDialect extends JdbcDialect {

	SqlServerDialect() {
		super("sqlserver", "Microsoft SQL Server");
	}

	@Override
	String now() {
		return "SYSUTCDATETIME()";
	}

	@Override
	String later() {
		return "DATEADD(MILLISECOND, ?, DATEADD(SECOND, ?, SYSUTCDATETIME()))";
	}

	@Override
	Object bindMillis(long millis) {
		// it adds no larger numbers than an int
		return new Object[] { (int) (millis % 1_000), (int) Math.min(Integer.MAX_VALUE, millis / 1_000) };
	}

	@Override
	String epochMicros(String time) {
		return "DATEDIFF_BIG(MICROSECOND, '1970-01-01', " + time + ")";
	}

	@Override
	String oneRow() {
		return "(SELECT 1 AS one) d";
	}

	@Override
	String limit() {
		return "OFFSET 0 ROWS FETCH NEXT ? ROWS ONLY";
	}

	@Override
	String purge(String table, String condition) {
		return "DELETE TOP (?) FROM " + table + " WITH (ROWLOCK, READPAST) WHERE " + condition;
	}

	@Override
	boolean isDuplicateKey(SQLException ex) {
		return SqlErrors.hasCode(ex, 2627, 2601);
	}

	@Override
	boolean isTransient(SQLException ex) {
		return SqlErrors.hasCode(ex, 1205, 3960);
	}

	@Override
	boolean isLocked(SQLException ex) {
		return SqlErrors.hasCode(ex, 1222);
	}

	@Override
	boolean isMissing(SQLException ex) {
		return SqlErrors.hasCode(ex, 208, 207);
	}

	@Override
	boolean isReadOnly(SQLException ex) {
		return SqlErrors.hasCode(ex, 3906);
	}

	@Override
	boolean isUnstorable(SQLException ex) {
		return super.isUnstorable(ex) || SqlErrors.hasCode(ex, 2628, 8152);
	}

	@Override
	boolean isDenied(SQLException ex) {
		return SqlErrors.hasCode(ex, 229, 230, 262);
	}

	@Override
	String grantCreate() {
		return "GRANT CREATE TABLE TO %2$s";
	}

}
