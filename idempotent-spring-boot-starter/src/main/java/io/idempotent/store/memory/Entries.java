package io.idempotent.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * The entries, each changed in one atomic step. Those in progress stay, the others go
 * when they expire.
 */
final class Entries {

	private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

	private final TickerClock clock;

	private final Cache<RecordKey, Entry> cache;

	private final AtomicLong expired = new AtomicLong();

	Entries(Ticker ticker, TickerClock clock) {
		this.clock = clock;
		this.cache = Caffeine.newBuilder()
			.ticker(ticker)
			.executor(Runnable::run)
			.expireAfter(Expiry.<RecordKey, Entry>writing((key, entry) -> timeToLive(entry)))
			.evictionListener((key, entry, cause) -> this.expired.incrementAndGet())
			.build();
	}

	private Duration timeToLive(Entry entry) {
		if (entry.isInProgress()) {
			return FOR_EVER;
		}
		Duration rest = Duration.between(this.clock.now(), entry.expiresAt());
		return rest.isNegative() ? Duration.ZERO : rest;
	}

	/**
	 * Replaces an entry, or the lack of one.
	 * @return the answer that belongs to the new entry at the time of the change
	 */
	<A> A computed(RecordKey key, BiFunction<@Nullable Entry, Instant, Entry> change,
			BiFunction<Entry, Instant, A> answer) {
		AtomicReference<@Nullable Instant> time = new AtomicReference<>();
		Entry left = this.cache.asMap().compute(key, (same, entry) -> {
			Instant now = this.clock.now();
			time.set(now);
			return change.apply(entry, now);
		});
		return answer.apply(left, Objects.requireNonNull(time.get()));
	}

	/**
	 * Changes or deletes an entry if that is allowed.
	 * @param alreadyDone whether what was not allowed has been done before
	 */
	OwnershipResult change(RecordKey key, BiPredicate<Entry, Instant> allowed,
			BiFunction<Entry, Instant, @Nullable Entry> change, Predicate<Entry> alreadyDone) {
		AtomicBoolean changed = new AtomicBoolean();
		Entry left = this.cache.asMap().computeIfPresent(key, (same, entry) -> {
			Instant now = this.clock.now();
			if (!allowed.test(entry, now)) {
				return entry;
			}
			changed.set(true);
			return change.apply(entry, now);
		});
		boolean done = changed.get() || (left != null && alreadyDone.test(left));
		return done ? OwnershipResult.CONFIRMED : OwnershipResult.LOST;
	}

	Optional<Entry> find(RecordKey key) {
		return Optional.ofNullable(this.cache.getIfPresent(key));
	}

	Stream<Map.Entry<RecordKey, Entry>> stream() {
		return this.cache.asMap().entrySet().stream();
	}

	/**
	 * Frees the memory of those that have expired.
	 * @return how many have gone since the last report, up to the limit
	 */
	int reportExpired(int limit) {
		this.cache.cleanUp();
		return (int) Math.min(limit, this.expired.getAndUpdate((count) -> Math.max(0, count - limit)));
	}

}
