package io.idempotent.store;

import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The wish to become the owner of a record.
 *
 * @param ownership the record, and the token that the new attempt will have
 * @param fingerprint stands for the payload, null if it is not checked
 * @param lease how long the owner may stay silent
 * @param ttl how long the record is kept
 * @param takeover the token of the abandoned attempt that is to be taken over, null for
 * an ordinary claim, which never takes an attempt over
 */
public record Claim(Ownership ownership, @Nullable Fingerprint fingerprint, Duration lease, Duration ttl,
		@Nullable UUID takeover) {

	/**
	 * The same claim as a takeover.
	 * @param seen the token of the abandoned attempt
	 * @return the claim
	 */
	public Claim takingOver(UUID seen) {
		return new Claim(this.ownership, this.fingerprint, this.lease, this.ttl, seen);
	}

}
