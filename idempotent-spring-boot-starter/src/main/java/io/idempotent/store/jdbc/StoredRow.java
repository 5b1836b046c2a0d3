package io.idempotent.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.UUID;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.RecordKey;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;

/**
 * One row; times are microseconds since 1970 by the clock of the database.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never modified, often large
record StoredRow(RecordKey key, int status, UUID token, long attempt, long fence, @Nullable Fingerprint fingerprint,
		long claimed, @Nullable Long leased, long expires, @Nullable Long completed, String format,
		byte @Nullable [] body) {

	static final int IN_PROGRESS = 0;

	static final int COMPLETED = 1;

	static final int FAILED = 2;

	static final int RELEASED = 3;

	static StoredRow read(ResultSet row, JdbcDialect dialect, boolean withBody) throws SQLException {
		byte[] fingerprint = row.getBytes("fingerprint");
		String format = row.getString("result_type");
		return new StoredRow(
				new RecordKey(scope(row.getString("scope")), row.getString("operation"), row.getString("idem_key")),
				row.getInt("status"), UUID.fromString(row.getString("owner_token")), row.getLong("attempt"),
				row.getLong("fence"), (fingerprint != null) ? new Fingerprint(fingerprint) : null,
				Objects.requireNonNull(dialect.micros(row, "claimed")), dialect.micros(row, "leased"),
				Objects.requireNonNull(dialect.micros(row, "expires")), dialect.micros(row, "completed"),
				(format != null) ? format : "", withBody ? row.getBytes("result") : null);
	}

	/** A database may not tell an empty text from null: {@link JdbcDialect#scope}. */
	private static String scope(@Nullable String stored) {
		return (stored == null || stored.equals("\0")) ? "" : stored;
	}

	boolean isInProgress() {
		return this.status == IN_PROGRESS;
	}

	boolean isFinished() {
		return this.status == COMPLETED || this.status == FAILED;
	}

	boolean isReleased() {
		return this.status == RELEASED;
	}

	boolean isOpenFor(Claim claim, long now) {
		if (isInProgress()) {
			return isAbandoned(now) && this.token.equals(claim.takeover());
		}
		return isReleased() || this.expires <= now;
	}

	/**
	 * The attempt after this one.
	 */
	ClaimResult.Acquired next(long now) {
		return new ClaimResult.Acquired(this.attempt + 1, Math.max(this.fence + 1, now));
	}

	ClaimResult toAnswer(Claim claim, long now) {
		if (isFinished()) {
			return new ClaimResult.Finished(new StoredOutcome(this.status == FAILED, this.format, this.body),
					this.fingerprint, this.attempt, instant((this.completed != null) ? this.completed : this.claimed),
					Duration.of(this.expires - now, ChronoUnit.MICROS));
		}
		if (this.token.equals(claim.ownership().token())) {
			return new ClaimResult.Acquired(this.attempt, this.fence);
		}
		return isAbandoned(now) ? new ClaimResult.Abandoned(this.token, this.fingerprint, this.attempt, this.fence,
				instant(this.claimed)) : new ClaimResult.InProgress(this.fingerprint);
	}

	IdempotencyRecord toRecord(long now) {
		return new IdempotencyRecord(this.key.scope(), this.key.operation(), this.key.key(), state(now), this.attempt,
				this.fence, instant(this.claimed), (this.leased != null) ? instant(this.leased) : null,
				(this.completed != null) ? instant(this.completed) : null, instant(this.expires));
	}

	AbandonedAttempt toAttempt() {
		return new AbandonedAttempt(this.key.scope(), this.key.operation(), this.key.key(), this.attempt, this.fence,
				instant(this.claimed));
	}

	private State state(long now) {
		return switch (this.status) {
			case COMPLETED -> State.COMPLETED;
			case FAILED -> State.FAILED;
			case RELEASED -> State.RELEASED;
			default -> isAbandoned(now) ? State.ABANDONED : State.IN_PROGRESS;
		};
	}

	// a lease that is missing has not ended
	private boolean isAbandoned(long now) {
		return isInProgress() && this.leased != null && this.leased <= now;
	}

	private static Instant instant(long micros) {
		return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
	}

}
