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
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnerAnswer;
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
	public ClaimAnswer claim(Claim claim) {
		return new ClaimAnswer.Acquired(1, this.fence.incrementAndGet());
	}

	@Override
	public OwnerAnswer complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return OwnerAnswer.CONFIRMED;
	}

	@Override
	public OwnerAnswer release(Ownership ownership) {
		return OwnerAnswer.CONFIRMED;
	}

	@Override
	public OwnerAnswer abandon(Ownership ownership) {
		return OwnerAnswer.CONFIRMED;
	}

	@Override
	public Set<Ownership> renew(Map<Ownership, Duration> leases) {
		return Set.of();
	}

	@Override
	public OwnerAnswer reserve(Ownership seen, Duration lease) {
		return OwnerAnswer.LOST;
	}

	@Override
	public OwnerAnswer settle(RecordKey key, long fencingToken, Settlement settlement) {
		return OwnerAnswer.LOST;
	}

	@Override
	public OwnerAnswer forget(RecordKey key, long fencingToken) {
		return OwnerAnswer.LOST;
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
