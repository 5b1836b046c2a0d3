package io.idempotent.store.jdbc;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The clock of an H2 database that stands still until a test lets it go on; public and
 * static because the database calls it.
 */
public final class VirtualClock {

	static final String ALIAS = "CREATE ALIAS IF NOT EXISTS VIRTUAL_NOW FOR \"" + VirtualClock.class.getName()
			+ ".now\"";

	static final String HSQLDB_FUNCTION = """
			CREATE FUNCTION VIRTUAL_NOW() RETURNS TIMESTAMP(6) WITH TIME ZONE LANGUAGE JAVA NOT DETERMINISTIC NO SQL
			EXTERNAL NAME 'CLASSPATH:%s.now'""".formatted(VirtualClock.class.getName());

	static final String DERBY_FUNCTION = """
			CREATE FUNCTION VIRTUAL_NOW() RETURNS TIMESTAMP LANGUAGE JAVA PARAMETER STYLE JAVA NO SQL
			EXTERNAL NAME '%s.timestamp'""".formatted(VirtualClock.class.getName());

	private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.parse("2026-03-29T00:59:58Z"));

	private VirtualClock() {
	}

	public static OffsetDateTime now() {
		return NOW.get().atOffset(ZoneOffset.UTC);
	}

	public static Timestamp timestamp() {
		return Timestamp.from(NOW.get());
	}

	static void advance(Duration duration) {
		NOW.updateAndGet((now) -> now.plus(duration));
	}

}
