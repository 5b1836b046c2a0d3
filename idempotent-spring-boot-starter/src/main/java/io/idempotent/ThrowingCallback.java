package io.idempotent;

import org.jspecify.annotations.Nullable;

/**
 * The guarded code: returns its result or throws; nothing it throws is wrapped.
 *
 * @param <T> the type of the result
 * @param <X> the type of what it may throw
 */
@FunctionalInterface
public interface ThrowingCallback<T extends @Nullable Object, X extends Throwable> {

	/**
	 * Runs the code.
	 * @return its result
	 * @throws X whatever it throws
	 */
	T call() throws X;

}
