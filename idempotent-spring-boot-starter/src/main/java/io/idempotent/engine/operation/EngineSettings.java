package io.idempotent.engine.operation;

import java.time.Duration;

import io.idempotent.AbandonedPolicy;
import io.idempotent.InProgressPolicy;
import io.idempotent.TransactionMode;
import io.idempotent.engine.failure.UnknownFailures;

/**
 * What holds for every operation that does not say otherwise, and the limits that hold
 * for all. The meaning and the defaults are those of the {@code idempotent.*} properties.
 *
 * @param ttl how long an outcome is kept
 * @param lease how long an owner may stay silent
 * @param maxLease how long leases are renewed, from the claim
 * @param onInProgress REJECT or WAIT
 * @param waitTimeout how long a duplicate waits at most
 * @param onAbandoned HOLD or RETRY
 * @param transaction INDEPENDENT, DETACHED or JOIN
 * @param unknownFailures the failures that leave open what happened
 * @param maxKeyLength the maximal number of characters of a key, 1 to 512
 * @param maxResultSize the maximal number of bytes of an encoded result
 * @param localCache the local cache
 */
public record EngineSettings(Duration ttl, Duration lease, Duration maxLease, InProgressPolicy onInProgress,
		Duration waitTimeout, AbandonedPolicy onAbandoned, TransactionMode transaction, UnknownFailures unknownFailures,
		int maxKeyLength, long maxResultSize, LocalCacheSettings localCache) {

	/** Far enough, and no sum of times overflows on any database. */
	private static final Duration CENTURY = Duration.ofDays(36_500);

	/** The limits of a duration, for people. */
	public static final String LIMITS = "from 1 ms to %s days".formatted(CENTURY.toDays());

	/**
	 * Whether a duration can be counted, wherever it is set.
	 * @param duration the duration
	 * @return false if it is shorter than a millisecond, or longer than a century
	 */
	public static boolean isWithinLimits(Duration duration) {
		return duration.compareTo(Duration.ofMillis(1)) >= 0 && duration.compareTo(CENTURY) <= 0;
	}

	/**
	 * The settings of the local cache.
	 *
	 * @param enabled whether there is one
	 * @param maxSize the maximal number of bytes it holds
	 * @param ttl how long an outcome stays in it at most
	 */
	public record LocalCacheSettings(boolean enabled, long maxSize, Duration ttl) {

	}

}
