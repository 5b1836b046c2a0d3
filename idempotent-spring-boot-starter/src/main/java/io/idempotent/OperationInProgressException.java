package io.idempotent;

import java.time.Duration;

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
		super(operation, key, "in-progress", IdempotencyOutcome.IN_PROGRESS, true,
				"the same operation is in progress. %s Nothing was run; try again in %s s.".formatted(reason,
						retryAfter.toSeconds()),
				null);
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
