package io.idempotent.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.idempotent.IdempotencyStoreException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnerAnswer;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;

/**
 * The store as the engine sees it: whatever goes wrong in it is an
 * {@link IdempotencyStoreException}, except for a key that it cannot keep.
 */
final class Authority {

	private final IdempotencyStore store;

	Authority(IdempotencyStore store) {
		this.store = store;
	}

	ClaimAnswer claim(Claim claim) {
		return ask(claim.ownership().key(), () -> this.store.claim(claim));
	}

	/**
	 * As part of the transaction of this thread.
	 */
	ClaimAnswer claimJoined(Claim claim) {
		return ask(claim.ownership().key(), () -> this.store.joined().claim(claim));
	}

	OwnerAnswer completeJoined(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return ask(ownership.key(), () -> this.store.joined().complete(ownership, outcome, ttl));
	}

	OwnerAnswer complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return ask(ownership.key(), () -> this.store.complete(ownership, outcome, ttl));
	}

	OwnerAnswer release(Ownership ownership) {
		return ask(ownership.key(), () -> this.store.release(ownership));
	}

	OwnerAnswer abandon(Ownership ownership) {
		return ask(ownership.key(), () -> this.store.abandon(ownership));
	}

	Set<Ownership> renew(Map<Ownership, Duration> leases) {
		return this.store.renew(leases);
	}

	OwnerAnswer reserve(Ownership seen, Duration lease) {
		return ask(seen.key(), () -> this.store.reserve(seen, lease));
	}

	OwnerAnswer settle(RecordKey key, long fencingToken, Settlement settlement) {
		return ask(key, () -> this.store.settle(key, fencingToken, settlement));
	}

	private static <T> T ask(RecordKey key, Supplier<T> question) {
		try {
			return question.get();
		}
		catch (IdempotencyStoreException | InvalidIdempotencyKeyException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			// also what it does not declare, as code in other languages may
			throw new IdempotencyStoreException(key.operation(), key.key(), "It failed with " + ex + ".", ex);
		}
	}

}
