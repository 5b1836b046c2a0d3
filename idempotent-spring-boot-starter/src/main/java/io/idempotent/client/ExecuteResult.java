package io.idempotent.client;

import org.jspecify.annotations.Nullable;

/**
 * The result of an operation that has completed.
 *
 * @param <R> the type of the result
 * @param value the result, null if the service gave none
 * @param replayed whether the service answered from its record instead of running the
 * operation
 */
public record ExecuteResult<R>(@Nullable R value, boolean replayed) {

}
