package io.idempotent.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Ticker;
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
 * Keeps records in the memory of this JVM: they protect one process, for as long as it
 * lives. Finished and released records go by themselves when they expire; live and
 * abandoned ones never do, whatever memory they take. Each verb is one computation on the
 * entry of its record.
 */
public final class MemoryIdempotencyStore implements IdempotencyStore {

	private final TickerClock clock;

	private final Entries entries;

	private final AtomicLong lastFencingToken = new AtomicLong();

	/**
	 * Creates an empty store that uses the time of the system.
	 */
	public MemoryIdempotencyStore() {
		this(Ticker.systemTicker());
	}

	/**
	 * Creates an empty store.
	 * @param ticker tells the nanoseconds that pass
	 */
	public MemoryIdempotencyStore(Ticker ticker) {
		this.clock = new TickerClock(ticker);
		this.entries = new Entries(ticker, this.clock);
	}

	@Override
	public ClaimResult claim(Claim claim) {
		return this.entries.computed(claim.ownership().key(), (entry, now) -> {
			if (entry != null && !entry.isOpenFor(claim, now)) {
				return entry;
			}
			return Entry.claimed(claim, (entry != null) ? entry.attempt() + 1 : 1, nextFencingToken(now), now);
		}, (entry, now) -> entry.toAnswer(claim, now));
	}

	@Override
	public OwnershipResult complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return this.entries.change(ownership.key(), (entry, now) -> entry.isInProgress(ownership.token()),
				(entry, now) -> entry.finished(ownership.token(), outcome, ttl, now),
				(entry) -> entry.isFinished(ownership.token()));
	}

	@Override
	public OwnershipResult release(Ownership ownership) {
		return this.entries.change(ownership.key(), (entry, now) -> entry.isInProgress(ownership.token()),
				(entry, now) -> entry.released(ownership.token()), (entry) -> entry.isReleased(ownership.token()));
	}

	@Override
	public OwnershipResult abandon(Ownership ownership) {
		return this.entries.change(ownership.key(), (entry, now) -> entry.isInProgress(ownership.token()),
				(entry, now) -> entry.isAbandoned(now) ? entry : entry.leased(now), (entry) -> false);
	}

	@Override
	public Set<Ownership> renew(Map<Ownership, Duration> leases) {
		Set<Ownership> lost = new LinkedHashSet<>();
		leases.forEach((ownership, lease) -> {
			if (this.entries.change(ownership.key(), (entry, now) -> entry.isInProgress(ownership.token()),
					(entry, now) -> entry.leased(now.plus(lease)), (entry) -> false) == OwnershipResult.LOST) {
				lost.add(ownership);
			}
		});
		return lost;
	}

	@Override
	public OwnershipResult reserve(Ownership seen, Duration lease) {
		return this.entries.change(seen.key(),
				(entry, now) -> entry.isAbandoned(now) && entry.isInProgress(seen.token()),
				(entry, now) -> entry.leased(now.plus(lease)), (entry) -> false);
	}

	@Override
	public OwnershipResult settle(RecordKey key, long fencingToken, Settlement settlement) {
		UUID token = UUID.randomUUID();
		return this.entries.change(key, (entry, now) -> entry.isAbandoned(now) && entry.fencingToken() == fencingToken,
				(entry, now) -> (settlement instanceof Settlement.Finish finish)
						? entry.finished(token, finish.outcome(), finish.ttl(), now) : entry.released(token),
				(entry) -> false);
	}

	@Override
	public OwnershipResult forget(RecordKey key, long fencingToken) {
		return this.entries.change(key, (entry, now) -> !entry.isInProgress() && entry.fencingToken() == fencingToken,
				(entry, now) -> null, (entry) -> false);
	}

	@Override
	public Optional<IdempotencyRecord> find(RecordKey key) {
		return this.entries.find(key).map((entry) -> entry.toRecord(key, this.clock.now()));
	}

	@Override
	public List<AbandonedAttempt> findAbandoned(int limit) {
		Instant now = this.clock.now();
		return this.entries.stream()
			.filter((entry) -> entry.getValue().isAbandoned(now))
			.map((entry) -> entry.getValue().toAttempt(entry.getKey()))
			.sorted(Comparator.comparing(AbandonedAttempt::claimedAt))
			.limit(limit)
			.toList();
	}

	@Override
	public long countAbandoned() {
		Instant now = this.clock.now();
		return this.entries.stream().filter((entry) -> entry.getValue().isAbandoned(now)).count();
	}

	/**
	 * Frees the memory of all expired records.
	 * @param limit the maximal number to report at once
	 * @return how many have gone since the last report; the rest is reported by the next
	 * call
	 */
	@Override
	public int purge(int limit) {
		return this.entries.reportExpired(limit);
	}

	@Override
	public boolean canJoinTransaction() {
		return false;
	}

	@Override
	public String describe() {
		return "memory of this JVM only";
	}

	private long nextFencingToken(Instant now) {
		long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
		return this.lastFencingToken.updateAndGet((last) -> Math.max(last + 1, micros));
	}

}
