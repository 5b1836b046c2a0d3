package io.idempotent;

import org.jspecify.annotations.Nullable;

/**
 * The key, the scope or the payload of the call cannot be used. Nothing was run.
 */
public final class InvalidIdempotencyKeyException extends IdempotencyException {

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param reason a sentence without its full stop that says what is wrong
	 * @param cause why, if another exception says it
	 */
	public InvalidIdempotencyKeyException(String operation, @Nullable String key, String reason,
			@Nullable Throwable cause) {
		super(operation, key, "key-invalid", IdempotencyOutcome.KEY_INVALID, false,
				"%s, so nothing was run.".formatted(reason), cause);
	}

}
