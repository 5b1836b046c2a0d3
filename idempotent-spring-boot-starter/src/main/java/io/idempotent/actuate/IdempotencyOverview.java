package io.idempotent.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.idempotent.AbandonedAttempt;
import io.idempotent.engine.operation.EngineSettings;

/**
 * What the endpoint shows of the whole.
 *
 * @param store what and where the store is
 * @param defaults what holds where an operation does not say otherwise
 * @param operations the names of the operations
 * @param abandonedCount how many abandoned attempts there are
 * @param abandoned the oldest of them
 */
public record IdempotencyOverview(String store, Defaults defaults, Set<String> operations, long abandonedCount,
		List<AbandonedView> abandoned) {

	/**
	 * What holds where an operation does not say otherwise.
	 *
	 * @param ttl how long an outcome is kept
	 * @param lease how long an owner may stay silent
	 * @param maxLease how long leases are renewed
	 * @param onInProgress what a duplicate does meanwhile
	 * @param waitTimeout how long it waits
	 * @param onAbandoned what happens to a record whose outcome nobody knows
	 */
	public record Defaults(Duration ttl, Duration lease, Duration maxLease, String onInProgress, Duration waitTimeout,
			String onAbandoned) {

		static Defaults of(EngineSettings settings) {
			return new Defaults(settings.ttl(), settings.lease(), settings.maxLease(),
					lowerCase(settings.onInProgress()), settings.waitTimeout(), lowerCase(settings.onAbandoned()));
		}

		private static String lowerCase(Enum<?> policy) {
			return policy.name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * An attempt whose outcome nobody knows.
	 *
	 * @param scope the scope
	 * @param operation the name of the operation
	 * @param maskedKey the form of the key that may be shown
	 * @param attempt the number of the attempt
	 * @param fencingToken names the attempt in a decision
	 * @param claimedAt when it was claimed
	 */
	public record AbandonedView(String scope, String operation, String maskedKey, long attempt, long fencingToken,
			Instant claimedAt) {

		static AbandonedView of(AbandonedAttempt attempt) {
			return new AbandonedView(attempt.scope(), attempt.operation(), attempt.maskedKey(), attempt.attempt(),
					attempt.fencingToken(), attempt.claimedAt());
		}

	}

}
