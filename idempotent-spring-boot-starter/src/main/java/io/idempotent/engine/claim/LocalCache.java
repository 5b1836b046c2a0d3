package io.idempotent.engine.claim;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.EngineSettings.LocalCacheSettings;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * The finished records that this JVM may replay without asking: only outcomes that the
 * authority has confirmed, never longer than it keeps them.
 */
public final class LocalCache {

	/** Made for the first call, as its many classes are no part of the start. */
	private final @Nullable Supplier<Cache<RecordKey, Replayable>> cache;

	private final Duration ttl;

	private final Ticker ticker;

	private final AtomicLong generation = new AtomicLong();

	public LocalCache(LocalCacheSettings settings, Ticker ticker) {
		this.ttl = settings.ttl();
		this.ticker = ticker;
		this.cache = settings.enabled() ? SingletonSupplier.of(() -> build(settings.maxSize(), ticker)) : null;
	}

	private static Cache<RecordKey, Replayable> build(long maxSize, Ticker ticker) {
		return Caffeine.newBuilder()
			.maximumWeight(maxSize)
			.weigher(LocalCache::weight)
			.ticker(ticker)
			// in the calls, a few of them at a time: to wake another thread takes longer
			.executor(Runnable::run)
			// how long is said with each entry
			.expireAfter(Expiry.<RecordKey, Replayable>creating((key, outcome) -> Duration.ZERO))
			.build();
	}

	private static int weight(RecordKey key, Replayable outcome) {
		return outcome.weight() + 2 * (key.scope().length() + key.key().length());
	}

	public @Nullable Replayable get(RecordKey key) {
		return (this.cache != null) ? this.cache.get().getIfPresent(key) : null;
	}

	/**
	 * The moment before the authority is asked, to be handed to {@link #put} with what it
	 * answered.
	 */
	public Asked asking() {
		return new Asked(this.generation.get(), this.ticker.read());
	}

	/**
	 * Keeps an outcome, unless a record was forgotten since the authority was asked.
	 * @param keptFor how long the authority keeps it, at least, from when it was asked
	 */
	public void put(RecordKey key, Replayable outcome, Asked asked, Duration keptFor) {
		Duration duration = ((keptFor.compareTo(this.ttl) < 0) ? keptFor : this.ttl)
			.minusNanos(this.ticker.read() - asked.at());
		if (this.cache != null && duration.compareTo(Duration.ZERO) > 0) {
			// in one step for the key: whoever forgets it now removes it after that
			@Nullable Replayable unused = this.cache.get()
				.policy()
				.expireVariably()
				.orElseThrow()
				.compute(key, (same, former) -> (this.generation.get() == asked.generation()) ? outcome : null,
						duration);
		}
	}

	public void forget(RecordKey key) {
		this.generation.incrementAndGet();
		if (this.cache != null) {
			this.cache.get().invalidate(key);
		}
	}

	/**
	 * A moment of asking.
	 *
	 * @param generation how many records had been forgotten
	 * @param at the ticker
	 */
	record Asked(long generation, long at) {

	}

}
