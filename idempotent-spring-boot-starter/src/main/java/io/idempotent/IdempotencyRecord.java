package io.idempotent;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The stored state of one (scope, operation, key), as operators see it; all times are the
 * store's.
 *
 * @param scope the scope, {@code ""} is nobody's
 * @param operation the name of the operation
 * @param key the key as given: do not log it
 * @param state the state when it was read
 * @param attempt the number of the last attempt, from 1
 * @param fencingToken the fencing token of the last attempt
 * @param claimedAt when the last attempt was claimed
 * @param leaseUntil until when its owner may stay silent, null once it has finished
 * @param completedAt when the outcome was recorded, null before
 * @param expiresAt when the record may go
 */
public record IdempotencyRecord(String scope, String operation, String key, State state, long attempt,
		long fencingToken, Instant claimedAt, @Nullable Instant leaseUntil, @Nullable Instant completedAt,
		Instant expiresAt) {

	/**
	 * The last attempt, as {@link IdempotencySettlement} takes it.
	 * @return the attempt
	 */
	public AbandonedAttempt toAttempt() {
		return new AbandonedAttempt(this.scope, this.operation, this.key, this.attempt, this.fencingToken,
				this.claimedAt);
	}

	@Override
	public String toString() {
		return "%s attempt %s of operation '%s', key %s".formatted(this.state, this.attempt, this.operation,
				MaskedKey.of(this.key));
	}

	/** The state of a record. */
	public enum State {

		/** Claimed by a live owner. */
		IN_PROGRESS,

		/** Claimed, and nobody knows the outcome: the lease has ended. */
		ABANDONED,

		/** Finished with a result. */
		COMPLETED,

		/** Finished with a recorded failure. */
		FAILED,

		/** The last attempt failed; open for another. */
		RELEASED

	}

}
