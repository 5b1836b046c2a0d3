package io.idempotent;

import org.jspecify.annotations.Nullable;

/**
 * The operation has finished, but its result cannot be given back. It was not run again.
 */
public final class ResultUnavailableException extends IdempotencyException {

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param reason a sentence that says why and what to do about it
	 * @param cause why, if another exception says it
	 */
	public ResultUnavailableException(String operation, String key, String reason, @Nullable Throwable cause) {
		super(operation, key, "result-unavailable", IdempotencyOutcome.RESULT_UNAVAILABLE, false,
				"the operation has finished and is not run again, but its result cannot be given back. %s"
					.formatted(reason),
				cause);
	}

}
