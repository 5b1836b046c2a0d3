package io.idempotent;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How one call ended.
 *
 * @param operation the name of the operation
 * @param scope the scope, {@code ""} is nobody's
 * @param key the key as given, null if there was none: do not log it, see
 * {@link #maskedKey()}
 * @param outcome how it ended
 * @param source where the answer came from
 * @param attempt the number of the attempt that was run or replayed, 0 if there was none
 * @param duration how long the call took, the method included
 * @param failure what was thrown to the caller, null if nothing was
 */
public record IdempotencyEvent(String operation, String scope, @Nullable String key, IdempotencyOutcome outcome,
		IdempotencySource source, long attempt, Duration duration, @Nullable Throwable failure) {

	/**
	 * The form of the key that may be logged.
	 * @return at most its first four characters and its length
	 */
	public String maskedKey() {
		return MaskedKey.of(this.key);
	}

	@Override
	public String toString() {
		return "operation '%s', key %s: %s, from %s".formatted(this.operation, maskedKey(), this.outcome.tag(),
				this.source.tag());
	}

}
