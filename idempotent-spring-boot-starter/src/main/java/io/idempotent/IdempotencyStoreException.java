package io.idempotent;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The store could not be asked, or gave an answer that makes no sense. Nothing was run
 * because of this call. A retry helps unless the store says that it will never be able
 * to.
 */
public final class IdempotencyStoreException extends IdempotencyException {

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param reason a sentence that says what could not be done
	 * @param cause why
	 */
	public IdempotencyStoreException(String operation, @Nullable String key, String reason, @Nullable Throwable cause) {
		this(operation, key, reason, true, cause);
	}

	/**
	 * The same for a store that may not be able to do it at any time.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param reason a sentence that says what could not be done
	 * @param retryable whether the same call may succeed without a change of the
	 * application or of the store
	 * @param cause why
	 */
	public IdempotencyStoreException(String operation, @Nullable String key, String reason, boolean retryable,
			@Nullable Throwable cause) {
		super(operation, key, "store-unavailable", IdempotencyOutcome.STORE_UNAVAILABLE, retryable,
				(retryable ? "the store is unavailable. %s Nothing runs unguarded; try again."
						: "the store cannot do this as it is. %s Nothing runs unguarded, and a retry does not help.")
					.formatted(reason),
				cause);
	}

	/**
	 * How long to wait before a retry.
	 * @return at least one second
	 */
	public Duration retryAfter() {
		return Duration.ofSeconds(1);
	}

}
