package io.idempotent;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * The answer to one call, and where it comes from.
 *
 * @param <T> the type of the value
 * @param value what the method returned, in this call or in the one that is replayed
 * @param replayed whether the value was answered from the record instead of running the
 * method
 * @param attempt the number of the attempt that produced the value, from 1; the first
 * attempt may have failed
 * @param completedAt when the outcome was recorded: by the clock of the store for a
 * replay from it, else by this node's
 */
public record IdempotentResult<T extends @Nullable Object>(T value, boolean replayed, long attempt,
		Instant completedAt) {

}
