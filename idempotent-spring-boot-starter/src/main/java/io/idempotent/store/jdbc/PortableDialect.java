package io.idempotent.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Any database that has a JDBC driver: standard SQL, and the functions that JDBC itself
 * defines.
 */
final class PortableDialect extends JdbcDialect {

	static final String PLATFORM = "portable";

	/** Elsewhere it says that something is not allowed. */
	private static final String HSQLDB_MISSING = "42501";

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
		Object time = row.getObject(column);
		if (time == null) {
			return null;
		}
		// a time with its zone does not depend on that of the application
		Instant instant = (time instanceof OffsetDateTime zoned) ? zoned.toInstant()
				: row.getTimestamp(column).toInstant();
		return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
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
	boolean isDuplicateKey(SQLException ex) {
		return SqlErrors.anyOf(ex, (error) -> error.getSQLState() != null && error.getSQLState().startsWith("23"));
	}

	@Override
	boolean isMissing(SQLException ex) {
		return SqlErrors.hasState(ex, "42S02", "42S22", "42P01", "42703", "3F000", HSQLDB_MISSING, "42X05", "42Y07",
				"42X04");
	}

	/** Of Derby; HSQLDB does not tell it from what is missing. */
	@Override
	boolean isDenied(SQLException ex) {
		return SqlErrors.hasState(ex, "42500", "42502", "42503", "42504", "42507", "42508");
	}

}
