package io.idempotent.store.jdbc;

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

	private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.parse("2026-03-29T00:59:58Z"));

	private VirtualClock() {
	}

	public static OffsetDateTime now() {
		return NOW.get().atOffset(ZoneOffset.UTC);
	}

	static void advance(Duration duration) {
		NOW.updateAndGet((now) -> now.plus(duration));
	}

}
