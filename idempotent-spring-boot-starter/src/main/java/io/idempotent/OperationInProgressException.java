package io.idempotent;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The same operation is in progress, on this node or another; also after a wait that
 * timed out or was interrupted, and when a method enters its own unfinished record again.
 */
public final class OperationInProgressException extends IdempotencyException {

	private final Duration retryAfter;

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param reason a sentence that says why this call did not wait, or no longer
	 * @param retryAfter how long to wait before a retry
	 */
	public OperationInProgressException(String operation, String key, String reason, Duration retryAfter) {
		this(operation, key, "%s Nothing was run; try again in %s s.".formatted(reason, retryAfter.toSeconds()),
				retryAfter, null);
	}

	/**
	 * Creates the exception for a method that enters its own unfinished record again, or
	 * does so in the transaction that the record waits for: a retry in there never helps.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param reason a sentence that says what this call would wait for
	 */
	public OperationInProgressException(String operation, String key, String reason) {
		this(operation, key,
				reason + " Waiting for that, or trying again before it has ended, can never succeed. Nothing was run: "
						+ "use what the first call returned, or call it again afterwards.",
				Duration.ofSeconds(1), null);
	}

	private OperationInProgressException(String operation, String key, String text, Duration retryAfter,
			@Nullable Throwable cause) {
		super(operation, key, "in-progress", IdempotencyOutcome.IN_PROGRESS, true,
				"the same operation is in progress. " + text, cause);
		this.retryAfter = retryAfter;
	}

	/**
	 * How long to wait before a retry.
	 * @return at least one second
	 */
	public Duration retryAfter() {
		return this.retryAfter;
	}

}
