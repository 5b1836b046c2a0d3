package io.idempotent.engine;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.engine.EngineSettings.LocalCacheSettings;
import io.idempotent.store.RecordKey;
import org.jspecify.annotations.Nullable;

/**
 * The finished records that this JVM may replay without asking: only outcomes that the
 * authority has confirmed, never longer than it keeps them.
 */
final class LocalCache {

	private final @Nullable Cache<RecordKey, Replayable> cache;

	private final AtomicLong generation = new AtomicLong();

	LocalCache(LocalCacheSettings settings, Ticker ticker) {
		this.cache = settings.enabled() ? build(settings, ticker) : null;
	}

	private static Cache<RecordKey, Replayable> build(LocalCacheSettings settings, Ticker ticker) {
		return Caffeine.newBuilder()
			.maximumWeight(settings.maxSize())
			.weigher(LocalCache::weight)
			.ticker(ticker)
			.expireAfter(Expiry.<RecordKey, Replayable>creating((key, outcome) -> min(outcome, settings)))
			.build();
	}

	private static Duration min(Replayable outcome, LocalCacheSettings settings) {
		Duration remaining = outcome.record().remaining();
		return (remaining.compareTo(settings.ttl()) < 0) ? remaining : settings.ttl();
	}

	private static int weight(RecordKey key, Replayable outcome) {
		return outcome.weight() + 2 * (key.scope().length() + key.key().length());
	}

	@Nullable Replayable get(RecordKey key) {
		return (this.cache != null) ? this.cache.getIfPresent(key) : null;
	}

	/**
	 * Stands for the moment before the authority is asked; to be handed to {@link #put}
	 * with what it answered.
	 */
	long now() {
		return this.generation.get();
	}

	/**
	 * Keeps an outcome, unless a record was forgotten since the authority was asked.
	 */
	void put(RecordKey key, Replayable outcome, long asked) {
		if (this.cache != null) {
			this.cache.put(key, outcome);
			if (this.generation.get() != asked) {
				this.cache.invalidate(key);
			}
		}
	}

	void forget(RecordKey key) {
		this.generation.incrementAndGet();
		if (this.cache != null) {
			this.cache.invalidate(key);
		}
	}

}
