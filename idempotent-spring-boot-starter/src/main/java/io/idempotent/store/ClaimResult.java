package io.idempotent.store;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * What {@link IdempotencyStore#claim} found: exactly one of these is true of the record
 * at one moment between call and return.
 */
public sealed interface ClaimResult {

	/**
	 * The caller is the owner.
	 *
	 * @param attempt the number of its attempt, from 1
	 * @param fencingToken greater than that of any former attempt
	 */
	record Acquired(long attempt, long fencingToken) implements ClaimResult {
	}

	/**
	 * An outcome is recorded.
	 *
	 * @param outcome the outcome
	 * @param fingerprint stands for the payload that led to it, null if it was not
	 * checked
	 * @param attempt the number of the attempt that led to it
	 * @param completedAt when it was recorded
	 * @param remaining how long it is still kept
	 */
	record Finished(StoredOutcome outcome, @Nullable Fingerprint fingerprint, long attempt, Instant completedAt,
			Duration remaining) implements ClaimResult {
	}

	/**
	 * A live owner is at it.
	 *
	 * @param fingerprint stands for its payload, null if it is not checked
	 */
	record InProgress(@Nullable Fingerprint fingerprint) implements ClaimResult {
	}

	/**
	 * An owner's lease has ended without an outcome.
	 *
	 * @param token the token of its attempt, to be named in a takeover
	 * @param fingerprint stands for its payload, null if it is not checked
	 * @param attempt the number of its attempt
	 * @param fencingToken the fencing token of its attempt
	 * @param claimedAt when it was claimed
	 */
	record Abandoned(UUID token, @Nullable Fingerprint fingerprint, long attempt, long fencingToken,
			Instant claimedAt) implements ClaimResult {
	}

}
