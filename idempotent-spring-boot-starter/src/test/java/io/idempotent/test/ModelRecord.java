package io.idempotent.test;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import io.idempotent.IdempotencyRecord.State;
import io.idempotent.store.Claim;
import io.idempotent.store.Fingerprint;
import org.jspecify.annotations.Nullable;

/**
 * What a record should be, in the plainest words: the reference that stores are compared
 * with.
 */
final class ModelRecord {

	UUID token;

	State stored = State.IN_PROGRESS;

	final long attempt;

	final long fence;

	final @Nullable Fingerprint fingerprint;

	final Instant claimedAt;

	Instant leaseUntil;

	Instant expiresAt;

	String outcome = "";

	ModelRecord(Claim claim, long attempt, long fence, Instant now) {
		this.token = claim.ownership().token();
		this.attempt = attempt;
		this.fence = fence;
		this.fingerprint = claim.fingerprint();
		this.claimedAt = now;
		this.leaseUntil = now.plus(claim.lease());
		this.expiresAt = now.plus(claim.ttl());
	}

	State state(Instant now) {
		return (this.stored == State.IN_PROGRESS && !this.leaseUntil.isAfter(now)) ? State.ABANDONED : this.stored;
	}

	boolean isInProgressOf(UUID owner) {
		return this.stored == State.IN_PROGRESS && this.token.equals(owner);
	}

	boolean isFinishedBy(UUID owner) {
		return this.stored == State.COMPLETED && this.token.equals(owner);
	}

	boolean isReleasedBy(UUID owner) {
		return this.stored == State.RELEASED && this.token.equals(owner);
	}

	/** It may have gone by itself, or not yet. */
	boolean mayBeGone(Instant now) {
		return this.stored != State.IN_PROGRESS && !this.expiresAt.isAfter(now);
	}

	boolean isOpenFor(Claim claim, Instant now) {
		return switch (state(now)) {
			case RELEASED -> true;
			case ABANDONED -> this.token.equals(claim.takeover());
			case COMPLETED -> mayBeGone(now);
			default -> false;
		};
	}

	void finish(UUID owner, String text, Duration ttl, Instant now) {
		this.token = owner;
		this.stored = State.COMPLETED;
		this.outcome = text;
		this.expiresAt = now.plus(ttl);
	}

	void release(UUID owner) {
		this.token = owner;
		this.stored = State.RELEASED;
	}

}
