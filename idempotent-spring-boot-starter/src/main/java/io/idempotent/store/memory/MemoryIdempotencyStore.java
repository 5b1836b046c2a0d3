package io.idempotent.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
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
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in the memory of this JVM: they protect one process, for as long as it
 * lives. Finished and released records go by themselves when they expire; live and
 * abandoned ones never do, whatever memory they take. Each verb is one computation on the
 * entry of its record.
 */
public final class MemoryIdempotencyStore implements IdempotencyStore {

	private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

	private final TickerClock clock;

	private final Cache<RecordKey, Entry> entries;

	private final AtomicLong lastFencingToken = new AtomicLong();

	private final AtomicLong expired = new AtomicLong();

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
		this.entries = Caffeine.newBuilder()
			.ticker(ticker)
			.executor(Runnable::run)
			.expireAfter(Expiry.<RecordKey, Entry>writing((key, entry) -> timeToLive(entry)))
			.evictionListener((key, entry, cause) -> this.expired.incrementAndGet())
			.build();
	}

	@Override
	public ClaimAnswer claim(Claim claim) {
		AtomicReference<@Nullable Instant> time = new AtomicReference<>();
		Entry current = this.entries.asMap().compute(claim.ownership().key(), (key, entry) -> {
			Instant now = this.clock.now();
			time.set(now);
			if (entry != null && !entry.isOpenFor(claim, now)) {
				return entry;
			}
			return Entry.claimed(claim, (entry != null) ? entry.attempt() + 1 : 1, nextFencingToken(now), now);
		});
		return current.toAnswer(claim, Objects.requireNonNull(time.get()));
	}

	@Override
	public OwnerAnswer complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return change(ownership.key(), (entry, now) -> entry.isInProgress(ownership.token()),
				(entry, now) -> entry.finished(ownership.token(), outcome, ttl, now),
				(entry) -> entry.isFinished(ownership.token()));
	}

	@Override
	public OwnerAnswer release(Ownership ownership) {
		return change(ownership.key(), (entry, now) -> entry.isInProgress(ownership.token()),
				(entry, now) -> entry.released(ownership.token()), (entry) -> entry.isReleased(ownership.token()));
	}

	@Override
	public OwnerAnswer abandon(Ownership ownership) {
		return change(ownership.key(), (entry, now) -> entry.isInProgress(ownership.token()),
				(entry, now) -> entry.isAbandoned(now) ? entry : entry.leased(now), (entry) -> false);
	}

	@Override
	public Set<Ownership> renew(Map<Ownership, Duration> leases) {
		Set<Ownership> lost = new LinkedHashSet<>();
		leases.forEach((ownership, lease) -> {
			if (change(ownership.key(), (entry, now) -> entry.isInProgress(ownership.token()),
					(entry, now) -> entry.leased(now.plus(lease)), (entry) -> false) == OwnerAnswer.LOST) {
				lost.add(ownership);
			}
		});
		return lost;
	}

	@Override
	public OwnerAnswer reserve(Ownership seen, Duration lease) {
		return change(seen.key(), (entry, now) -> entry.isAbandoned(now) && entry.isInProgress(seen.token()),
				(entry, now) -> entry.leased(now.plus(lease)), (entry) -> false);
	}

	@Override
	public OwnerAnswer settle(RecordKey key, long fencingToken, Settlement settlement) {
		UUID token = UUID.randomUUID();
		return change(key, (entry, now) -> entry.isAbandoned(now) && entry.fencingToken() == fencingToken,
				(entry, now) -> (settlement instanceof Settlement.Finish finish)
						? entry.finished(token, finish.outcome(), finish.ttl(), now) : entry.released(token),
				(entry) -> false);
	}

	@Override
	public OwnerAnswer forget(RecordKey key, long fencingToken) {
		return change(key, (entry, now) -> !entry.isInProgress() && entry.fencingToken() == fencingToken,
				(entry, now) -> null, (entry) -> false);
	}

	@Override
	public Optional<IdempotencyRecord> find(RecordKey key) {
		return Optional.ofNullable(this.entries.getIfPresent(key))
			.map((entry) -> entry.toRecord(key, this.clock.now()));
	}

	@Override
	public List<AbandonedAttempt> findAbandoned(int limit) {
		Instant now = this.clock.now();
		return this.entries.asMap()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isAbandoned(now))
			.map((entry) -> entry.getValue().toAttempt(entry.getKey()))
			.sorted(Comparator.comparing(AbandonedAttempt::claimedAt))
			.limit(limit)
			.toList();
	}

	@Override
	public long countAbandoned() {
		Instant now = this.clock.now();
		return this.entries.asMap().values().stream().filter((entry) -> entry.isAbandoned(now)).count();
	}

	/**
	 * Frees the memory of all expired records.
	 * @param limit the maximal number to report at once
	 * @return how many have gone since the last report; the rest is reported by the next
	 * call
	 */
	@Override
	public int purge(int limit) {
		this.entries.cleanUp();
		return (int) Math.min(limit, this.expired.getAndUpdate((count) -> Math.max(0, count - limit)));
	}

	@Override
	public boolean canJoinTransaction() {
		return false;
	}

	@Override
	public String describe() {
		return "memory of this JVM only";
	}

	private OwnerAnswer change(RecordKey key, BiPredicate<Entry, Instant> allowed,
			BiFunction<Entry, Instant, @Nullable Entry> change, Predicate<Entry> alreadyDone) {
		AtomicBoolean changed = new AtomicBoolean();
		Entry left = this.entries.asMap().computeIfPresent(key, (same, entry) -> {
			Instant now = this.clock.now();
			if (!allowed.test(entry, now)) {
				return entry;
			}
			changed.set(true);
			return change.apply(entry, now);
		});
		boolean done = changed.get() || (left != null && alreadyDone.test(left));
		return done ? OwnerAnswer.CONFIRMED : OwnerAnswer.LOST;
	}

	private Duration timeToLive(Entry entry) {
		if (entry.isInProgress()) {
			return FOR_EVER;
		}
		Duration rest = Duration.between(this.clock.now(), entry.expiresAt());
		return rest.isNegative() ? Duration.ZERO : rest;
	}

	private long nextFencingToken(Instant now) {
		long micros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
		return this.lastFencingToken.updateAndGet((last) -> Math.max(last + 1, micros));
	}

}
