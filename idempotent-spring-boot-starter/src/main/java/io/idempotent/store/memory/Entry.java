package io.idempotent.store.memory;

import java.time.Duration;
import java.time.Instant;
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
 * The state of one record. In progress while it has a lease, finished once it has an
 * outcome, released if it has neither.
 */
record Entry(UUID token, long attempt, long fencingToken, @Nullable Fingerprint fingerprint, Instant claimedAt,
		Instant expiresAt, @Nullable Instant leaseUntil, @Nullable Finish finish) {

	static Entry claimed(Claim claim, long attempt, long fencingToken, Instant now) {
		return new Entry(claim.ownership().token(), attempt, fencingToken, claim.fingerprint(), now,
				now.plus(claim.ttl()), now.plus(claim.lease()), null);
	}

	Entry finished(UUID token, StoredOutcome outcome, Duration ttl, Instant now) {
		return new Entry(token, this.attempt, this.fencingToken, this.fingerprint, this.claimedAt, now.plus(ttl), null,
				new Finish(outcome, now));
	}

	Entry released(UUID token) {
		return new Entry(token, this.attempt, this.fencingToken, this.fingerprint, this.claimedAt, this.expiresAt, null,
				null);
	}

	Entry leased(Instant until) {
		return new Entry(this.token, this.attempt, this.fencingToken, this.fingerprint, this.claimedAt, this.expiresAt,
				until, null);
	}

	boolean isInProgress() {
		return this.leaseUntil != null;
	}

	boolean isInProgress(UUID owner) {
		return isInProgress() && this.token.equals(owner);
	}

	boolean isAbandoned(Instant now) {
		return this.leaseUntil != null && !this.leaseUntil.isAfter(now);
	}

	boolean isFinished(UUID owner) {
		return this.finish != null && this.token.equals(owner);
	}

	boolean isReleased(UUID owner) {
		return isReleased() && this.token.equals(owner);
	}

	private boolean isReleased() {
		return this.leaseUntil == null && this.finish == null;
	}

	boolean isOpenFor(Claim claim, Instant now) {
		return isInProgress() ? isAbandoned(now) && this.token.equals(claim.takeover())
				: isReleased() || !this.expiresAt.isAfter(now);
	}

	ClaimResult toAnswer(Claim claim, Instant now) {
		if (this.finish != null) {
			return new ClaimResult.Finished(this.finish.outcome(), this.fingerprint, this.attempt, this.finish.at(),
					Duration.between(now, this.expiresAt));
		}
		if (this.token.equals(claim.ownership().token())) {
			return new ClaimResult.Acquired(this.attempt, this.fencingToken);
		}
		return isAbandoned(now) ? new ClaimResult.Abandoned(this.token, this.fingerprint, this.attempt,
				this.fencingToken, this.claimedAt) : new ClaimResult.InProgress(this.fingerprint);
	}

	IdempotencyRecord toRecord(RecordKey key, Instant now) {
		return new IdempotencyRecord(key.scope(), key.operation(), key.key(), state(now), this.attempt,
				this.fencingToken, this.claimedAt, this.leaseUntil, (this.finish != null) ? this.finish.at() : null,
				this.expiresAt);
	}

	AbandonedAttempt toAttempt(RecordKey key) {
		return new AbandonedAttempt(key.scope(), key.operation(), key.key(), this.attempt, this.fencingToken,
				this.claimedAt);
	}

	private State state(Instant now) {
		if (this.finish != null) {
			return this.finish.outcome().failure() ? State.FAILED : State.COMPLETED;
		}
		if (this.leaseUntil == null) {
			return State.RELEASED;
		}
		return isAbandoned(now) ? State.ABANDONED : State.IN_PROGRESS;
	}

	/** An outcome and when it was recorded. */
	record Finish(StoredOutcome outcome, Instant at) {
	}

}
