package io.idempotent.store.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The statements that change one table, in the words of its dialect. All times are
 * computed by the database; only durations are bound.
 */
final class Statements {

	private static final Pattern TABLE = Pattern
		.compile("(?:[A-Za-z_][A-Za-z0-9_]{0,127}\\.)?[A-Za-z_][A-Za-z0-9_]{0,127}");

	private static final String COLUMNS = "record_id, scope, operation, idem_key, status, owner_token, attempt, fence, "
			+ "fingerprint, lease_until, expires_at, created_at, completed_at, result_type, result";

	private static final String MINE = " WHERE record_id = ? AND owner_token = ? AND status = 0";

	static final long PROBE_FENCE = 0;

	private static final Duration PROBE_TTL = Duration.ofMinutes(1);

	private final JdbcDialect dialect;

	private final List<String> verify;

	private final String insert;

	private final String take;

	private final String complete;

	private final String release;

	private final String abandon;

	private final String renew;

	private final String reserve;

	private final String settle;

	private final String reopen;

	private final String forget;

	private final String purge;

	private final Optional<String> purgeUnlocked;

	Statements(JdbcDialect dialect, String table) {
		if (!TABLE.matcher(table).matches()) {
			throw new IllegalArgumentException(("The value '%s' of idempotent.jdbc.table-name is not the name of a "
					+ "table: letters, digits and underscores, with the schema and a dot before it if needed.")
				.formatted(table));
		}
		this.dialect = dialect;
		String now = dialect.now();
		String later = dialect.later();
		String expired = "status IN (1, 2, 3) AND expires_at <= " + now;
		String abandoned = "status = 0 AND lease_until <= " + now;
		String seen = " WHERE record_id = ? AND fence = ?";
		String update = "UPDATE " + table + " SET ";
		this.verify = dialect.verify(table, COLUMNS,
				COLUMNS.replace(", ", " IS NULL AND ") + " IS NULL AND idem_key = ?");
		this.insert = """
				INSERT INTO %s (record_id, scope, operation, idem_key, status, owner_token, attempt, fence,
				fingerprint, lease_until, expires_at, created_at) VALUES (?, %s, ?, ?, %%s, ?, 1, %%s, ?, %s, %s, %s)"""
			.formatted(table, dialect.scope(), later, later, now);
		this.take = """
				%sstatus = 0, owner_token = ?, attempt = ?, fence = ?, fingerprint = ?, lease_until = %s,
				expires_at = %s, created_at = %s, completed_at = NULL, result_type = NULL, result = NULL%s
				AND owner_token = ? AND status = ? AND (status = 3 OR (%s) OR (%s))""".formatted(update, later, later,
				now, seen, expired, abandoned);
		// an unchanged expires_at spares the database the work on its index
		String finish = """
				status = ?, result_type = ?, result = ?, completed_at = %s, lease_until = NULL, expires_at =
				CASE WHEN expires_at BETWEEN %s AND %s THEN expires_at ELSE %s END""".formatted(now, later, later,
				later);
		this.complete = update + finish + MINE;
		this.release = update + "status = 3, lease_until = NULL" + MINE;
		this.abandon = update + "lease_until = CASE WHEN lease_until > " + now + " THEN " + now
				+ " ELSE lease_until END" + MINE;
		this.renew = update + "lease_until = " + later + MINE;
		this.reserve = this.renew + " AND lease_until <= " + now;
		this.settle = update + finish + ", owner_token = ?" + seen + " AND " + abandoned;
		this.reopen = update + "status = 3, lease_until = NULL, owner_token = ?" + seen + " AND " + abandoned;
		this.forget = "DELETE FROM " + table + seen + " AND status IN (1, 2, 3)";
		// not IN (1, 2, 3), of which PostgreSQL believes, until the table is analysed,
		// that there are few
		String purgeable = "status <> 0 AND expires_at <= " + dialect.begin();
		this.purge = dialect.purge(table, purgeable);
		this.purgeUnlocked = dialect.purgeUnlocked(table, purgeable);
	}

	/**
	 * They change nothing; one fails if the table or a column is missing or cannot be
	 * read or changed.
	 * @param text fails as well if the database has no such characters
	 */
	List<Sql> verify(String text) {
		return this.verify.stream().map((sql) -> sql.contains("?") ? Sql.of(sql, text) : Sql.of(sql)).toList();
	}

	/** Inserts the row of a first attempt. */
	Sql insert(Claim claim, long fence) {
		RecordKey key = claim.ownership().key();
		return Sql.of(this.insert.formatted(StoredRow.IN_PROGRESS, "?"), key.toId(), key.scope(), key.operation(),
				key.key(), token(claim), fence, bytes(claim.fingerprint()), duration(claim.lease()),
				duration(claim.ttl()));
	}

	/** The same with an expression that computes its fencing token. */
	Sql insert(Claim claim, String fence) {
		RecordKey key = claim.ownership().key();
		return Sql.of(this.insert.formatted(StoredRow.IN_PROGRESS, fence), key.toId(), key.scope(), key.operation(),
				key.key(), token(claim), bytes(claim.fingerprint()), duration(claim.lease()), duration(claim.ttl()));
	}

	/** Inserts a row that is nobody's and soon gone, should it not be deleted. */
	Sql probe(Ownership probe) {
		RecordKey key = probe.key();
		return Sql.of(this.insert.formatted(StoredRow.RELEASED, "?"), key.toId(), key.scope(), key.operation(),
				key.key(), this.dialect.bind(probe.token()), PROBE_FENCE, null, duration(PROBE_TTL),
				duration(PROBE_TTL));
	}

	/** Takes a row that is open, if it still is what was seen. */
	Sql take(Claim claim, StoredRow seen, ClaimResult.Acquired acquired) {
		return Sql.of(this.take, token(claim), acquired.attempt(), acquired.fencingToken(), bytes(claim.fingerprint()),
				duration(claim.lease()), duration(claim.ttl()), claim.ownership().key().toId(), seen.fence(),
				this.dialect.bind(seen.token()), seen.status());
	}

	Sql complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		long millis = millis(ttl);
		return Sql.of(this.complete, status(outcome), outcome.format(), body(outcome),
				this.dialect.bindMillis(millis - millis / 100), this.dialect.bindMillis(millis),
				this.dialect.bindMillis(millis), ownership.key().toId(), this.dialect.bind(ownership.token()));
	}

	Sql release(Ownership ownership) {
		return Sql.of(this.release, ownership.key().toId(), this.dialect.bind(ownership.token()));
	}

	Sql abandon(Ownership ownership) {
		return Sql.of(this.abandon, ownership.key().toId(), this.dialect.bind(ownership.token()));
	}

	Sql renew(Ownership ownership, Duration lease) {
		return Sql.of(this.renew, duration(lease), ownership.key().toId(), this.dialect.bind(ownership.token()));
	}

	Sql reserve(Ownership seen, Duration lease) {
		return Sql.of(this.reserve, duration(lease), seen.key().toId(), this.dialect.bind(seen.token()));
	}

	Sql settle(RecordKey key, long fence, StoredOutcome outcome, Duration ttl) {
		long millis = millis(ttl);
		return Sql.of(this.settle, status(outcome), outcome.format(), body(outcome),
				this.dialect.bindMillis(millis - millis / 100), this.dialect.bindMillis(millis),
				this.dialect.bindMillis(millis), this.dialect.bind(UUID.randomUUID()), key.toId(), fence);
	}

	Sql reopen(RecordKey key, long fence) {
		return Sql.of(this.reopen, this.dialect.bind(UUID.randomUUID()), key.toId(), fence);
	}

	Sql forget(RecordKey key, long fence) {
		return Sql.of(this.forget, key.toId(), fence);
	}

	Sql purge(int limit) {
		return Sql.of(this.purge, limit).within(0);
	}

	/** What is left to be done if others have some of those records. */
	Optional<Sql> purgeUnlocked(int limit) {
		return this.purgeUnlocked.map((text) -> Sql.of(text, limit).within(0));
	}

	private Object token(Claim claim) {
		return this.dialect.bind(claim.ownership().token());
	}

	private static int status(StoredOutcome outcome) {
		return outcome.failure() ? StoredRow.FAILED : StoredRow.COMPLETED;
	}

	static byte @Nullable [] bytes(@Nullable Fingerprint fingerprint) {
		return (fingerprint != null) ? fingerprint.toBytes() : null;
	}

	private Object body(StoredOutcome outcome) {
		byte[] body = outcome.body();
		return (body != null) ? body : new Sql.Null(this.dialect.typeOfResults());
	}

	private Object duration(Duration duration) {
		return this.dialect.bindMillis(millis(duration));
	}

	/** Rounded up: what is short must not become nothing. */
	static long millis(Duration duration) {
		return duration.plusNanos(999_999).toMillis();
	}

}
