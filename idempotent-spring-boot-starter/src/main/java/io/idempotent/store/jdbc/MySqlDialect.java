package io.idempotent.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Optional;

/**
 * MySQL from 8.0 on; also what the driver of MySQL makes of MariaDB.
 */
class MySqlDialect extends JdbcDialect {

	private static final int LOCK_WAIT_TIMEOUT = 1205;

	private static final int DEADLOCK = 1213;

	/** A snapshot that a row is newer than; MariaDB only. */
	private static final int RECORD_CHANGED = 1020;

	MySqlDialect() {
		this("mysql", "MySQL");
	}

	MySqlDialect(String platform, String product) {
		super(platform, product);
	}

	@Override
	String now() {
		return "utc_timestamp(6)";
	}

	@Override
	String later() {
		return "utc_timestamp(6) + INTERVAL ? * 1000 MICROSECOND";
	}

	@Override
	String epochMicros(String time) {
		return "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', " + time + ")";
	}

	@Override
	String oneRow() {
		return "(SELECT 1) d";
	}

	@Override
	String limit() {
		return "LIMIT ?";
	}

	@Override
	String purge(String table, String condition) {
		return "DELETE FROM " + table + " WHERE " + condition + " ORDER BY expires_at LIMIT ?";
	}

	/**
	 * At REPEATABLE READ a DELETE that reaches the end of the index locks the gap behind
	 * it, where all claims of new keys go.
	 */
	@Override
	boolean purgesAtReadCommitted() {
		return true;
	}

	@Override
	boolean canJoin() {
		return true;
	}

	@Override
	ClaimProtocol claims(String table, Statements statements, Connections connections) {
		return new MySqlClaim(this, table, statements, connections);
	}

	/**
	 * The server has no limit of its own for transactions.
	 */
	@Override
	Optional<String> unboundedIdleTransactions(Connection connection) throws SQLException {
		return isZero(connection, "SELECT @@wait_timeout <= 600") ? Optional.of("wait_timeout is more than ten minutes")
				: Optional.empty();
	}

	@Override
	boolean isDuplicateKey(SQLException ex) {
		return SqlErrors.hasCode(ex, 1062);
	}

	@Override
	boolean isTransient(SQLException ex) {
		return SqlErrors.hasCode(ex, DEADLOCK, RECORD_CHANGED);
	}

	@Override
	boolean isLocked(SQLException ex) {
		return SqlErrors.hasCode(ex, LOCK_WAIT_TIMEOUT) || SqlErrors.anyOf(ex, SQLTimeoutException.class::isInstance);
	}

	@Override
	boolean isMissing(SQLException ex) {
		return SqlErrors.hasCode(ex, 1146, 1054, 1049);
	}

	@Override
	boolean isReadOnly(SQLException ex) {
		return SqlErrors.hasCode(ex, 1290, 1792, 1836);
	}

	@Override
	boolean isUnstorable(SQLException ex) {
		return super.isUnstorable(ex) || SqlErrors.hasCode(ex, 1366, 1406, 3988);
	}

	@Override
	boolean isDenied(SQLException ex) {
		return SqlErrors.hasCode(ex, 1142, 1143, 1044, 1227);
	}

	@Override
	String grantee() {
		return """
				SELECT CONCAT(QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', 1)), '@',
				QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)))""";
	}

	@Override
	String currentSchema() {
		return "SELECT DATABASE()";
	}

	@Override
	String grantCreate() {
		return "GRANT CREATE, INDEX ON %s.* TO %s";
	}

}
