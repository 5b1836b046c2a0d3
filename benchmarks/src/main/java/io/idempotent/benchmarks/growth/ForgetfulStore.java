package io.idempotent.benchmarks.growth;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyRecord;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;

/**
 * Agrees to everything and keeps nothing, so that what is left in memory is not its own.
 */
final class ForgetfulStore implements IdempotencyStore {

	private final AtomicLong fence = new AtomicLong();

	@Override
	public ClaimResult claim(Claim claim) {
		return new ClaimResult.Acquired(1, this.fence.incrementAndGet());
	}

	@Override
	public OwnershipResult complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return OwnershipResult.CONFIRMED;
	}

	@Override
	public OwnershipResult release(Ownership ownership) {
		return OwnershipResult.CONFIRMED;
	}

	@Override
	public OwnershipResult abandon(Ownership ownership) {
		return OwnershipResult.CONFIRMED;
	}

	@Override
	public Set<Ownership> renew(Map<Ownership, Duration> leases) {
		return Set.of();
	}

	@Override
	public OwnershipResult reserve(Ownership seen, Duration lease) {
		return OwnershipResult.LOST;
	}

	@Override
	public OwnershipResult settle(RecordKey key, long fencingToken, Settlement settlement) {
		return OwnershipResult.LOST;
	}

	@Override
	public OwnershipResult forget(RecordKey key, long fencingToken) {
		return OwnershipResult.LOST;
	}

	@Override
	public Optional<IdempotencyRecord> find(RecordKey key) {
		return Optional.empty();
	}

	@Override
	public List<AbandonedAttempt> findAbandoned(int limit) {
		return List.of();
	}

	@Override
	public long countAbandoned() {
		return 0;
	}

	@Override
	public int purge(int limit) {
		return 0;
	}

	@Override
	public boolean canJoinTransaction() {
		return false;
	}

	@Override
	public String describe() {
		return "nothing";
	}

}
