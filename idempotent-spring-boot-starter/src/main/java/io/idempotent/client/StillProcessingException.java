package io.idempotent.client;

import java.time.Duration;

/**
 * The operation has not ended within the time of the call: neither a success nor a
 * failure. Another call with the same key gets its outcome.
 */
public final class StillProcessingException extends RuntimeException {

	private final Duration retryAfter;

	/**
	 * Creates the exception.
	 * @param operation the operation
	 * @param retryAfter how long the service asks to wait
	 */
	public StillProcessingException(String operation, Duration retryAfter) {
		super("Operation '%s' is still processing; ask again with the same key, in %s s".formatted(operation,
				retryAfter.toSeconds()));
		this.retryAfter = retryAfter;
	}

	/**
	 * How long the service asks to wait.
	 * @return zero if it does not say
	 */
	public Duration retryAfter() {
		return this.retryAfter;
	}

}
