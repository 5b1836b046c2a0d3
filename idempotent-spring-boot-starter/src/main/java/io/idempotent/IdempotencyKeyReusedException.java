package io.idempotent;

/**
 * The key belongs to a request with another payload. Nothing was run.
 */
public final class IdempotencyKeyReusedException extends IdempotencyException {

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param compared what was compared, such as {@code the arguments command, amount}
	 */
	public IdempotencyKeyReusedException(String operation, String key, String compared) {
		super(operation, key, "key-reused", IdempotencyOutcome.KEY_REUSED, false,
				"the key was used before with another payload, so nothing was run. Compared: %s. Use a new key for a new request; if these may differ between retries, say so in the 'payload' attribute."
					.formatted(compared),
				null);
	}

}
