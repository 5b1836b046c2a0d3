package io.idempotent;

import java.time.Instant;

/**
 * An attempt whose outcome nobody knows: its owner fell silent past its lease, or its
 * failure was ambiguous.
 *
 * @param scope the scope, {@code ""} is nobody's
 * @param operation the name of the operation
 * @param key the key as given: do not log it
 * @param attempt the number of the attempt, from 1
 * @param fencingToken the fencing token of the attempt: unique among all attempts of the
 * record, also across a purge
 * @param claimedAt when the attempt was claimed, by the clock of the store
 */
public record AbandonedAttempt(String scope, String operation, String key, long attempt, long fencingToken,
		Instant claimedAt) {

	/**
	 * Returns the derived key that the attempt gave to a downstream system.
	 * @param downstream the name given to {@link IdempotencyContext#keyFor(String)}
	 * @return the same derived key
	 */
	public String keyFor(String downstream) {
		return DerivedKey.of(this.scope, this.operation, this.key, downstream);
	}

	/**
	 * The form of the key that may be logged.
	 * @return at most its first four characters and its length
	 */
	public String maskedKey() {
		return MaskedKey.of(this.key);
	}

	@Override
	public String toString() {
		return "attempt %s of operation '%s', key %s".formatted(this.attempt, this.operation, maskedKey());
	}

}
