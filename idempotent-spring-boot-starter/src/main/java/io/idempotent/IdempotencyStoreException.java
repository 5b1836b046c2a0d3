package io.idempotent;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The store could not be asked, or gave an answer that makes no sense. Nothing was run
 * because of this call.
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
		super(operation, key, "store-unavailable", IdempotencyOutcome.STORE_UNAVAILABLE, true,
				"the store is unavailable. %s Nothing runs unguarded; try again.".formatted(reason), cause);
	}

	/**
	 * How long to wait before a retry.
	 * @return at least one second
	 */
	public Duration retryAfter() {
		return Duration.ofSeconds(1);
	}

}
