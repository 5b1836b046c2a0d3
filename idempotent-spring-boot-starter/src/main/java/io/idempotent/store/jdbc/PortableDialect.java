package io.idempotent.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Any database that has a JDBC driver: standard SQL, and the functions that JDBC itself
 * defines.
 */
final class PortableDialect extends JdbcDialect {

	static final String PLATFORM = "portable";

	private final String now;

	PortableDialect(String platform, String product) {
		this(platform, product, "CURRENT_TIMESTAMP");
	}

	PortableDialect(String platform, String product, String now) {
		super(platform, product);
		this.now = now;
	}

	@Override
	String now() {
		return this.now;
	}

	@Override
	String later() {
		return "{fn TIMESTAMPADD(SQL_TSI_FRAC_SECOND, ?, {fn TIMESTAMPADD(SQL_TSI_SECOND, ?, " + this.now + ")})}";
	}

	@Override
	Object bindMillis(long millis) {
		// nanoseconds and seconds: neither is larger than an int, as some databases want
		return new Object[] { (int) TimeUnit.MILLISECONDS.toNanos(millis % 1_000),
				(int) Math.min(Integer.MAX_VALUE, millis / 1_000) };
	}

	@Override
	String epochMicros(String time) {
		return time;
	}

	@Override
	@Nullable Long micros(ResultSet row, String column) throws SQLException {
		Timestamp time = row.getTimestamp(column);
		return (time != null) ? TimeUnit.MILLISECONDS.toMicros(time.getTime()) + time.getNanos() / 1_000 % 1_000 : null;
	}

	@Override
	String purge(String table, String condition) {
		return "DELETE FROM " + table + " WHERE " + condition + " AND record_id IN (SELECT record_id FROM " + table
				+ " WHERE " + condition + " ORDER BY expires_at " + limit() + ")";
	}

	@Override
	int typeOfResults() {
		return Types.BLOB;
	}

	@Override
	Object bind(UUID token) {
		return token.toString();
	}

	/**
	 * Whether a statement that fails leaves the transaction usable is not known.
	 */
	@Override
	boolean canJoin() {
		return false;
	}

	@Override
	boolean isDuplicateKey(SQLException ex) {
		return SqlErrors.anyOf(ex, (error) -> error.getSQLState() != null && error.getSQLState().startsWith("23"));
	}

}
