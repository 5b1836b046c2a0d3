package io.idempotent.engine;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencySource;
import io.idempotent.OwnershipLostException;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;

/**
 * One attempt that this JVM owns.
 *
 * @param call the call that claimed it
 * @param inFlight where duplicates of this JVM wait
 * @param ownership what proves the ownership
 * @param lease its lease
 * @param attempt its number, 0 if the reply to the claim is missing
 * @param fencingToken its fencing token
 */
record Execution(Call call, InFlight inFlight, Ownership ownership, Lease lease, long attempt, long fencingToken) {

	/**
	 * Whether the claim is known to have taken effect.
	 */
	boolean isCertain() {
		return this.attempt > 0;
	}

	IdempotencyContext context() {
		RecordKey key = this.ownership.key();
		return new IdempotencyContext(key.scope(), key.operation(), key.key(), this.attempt, this.fencingToken);
	}

	/**
	 * The refusal of a result that somebody else has decided about meanwhile.
	 */
	OwnershipLostException ownershipLost() {
		return this.call.refused(
				new OwnershipLostException(this.call.operation().name(), this.ownership.key().key(), this.attempt),
				IdempotencySource.NONE);
	}

}
