package io.idempotent;

import org.jspecify.annotations.Nullable;

/**
 * The operation has failed for good, and the recorded failure cannot be thrown as its own
 * type. It was not run again.
 */
public final class RecordedFailureException extends IdempotencyException {

	private final String failureType;

	private final @Nullable String failureMessage;

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param failureType the class name of the recorded failure
	 * @param failureMessage the message of the recorded failure
	 */
	public RecordedFailureException(String operation, String key, String failureType, @Nullable String failureMessage) {
		super(operation, key, "recorded-failure", IdempotencyOutcome.FAILURE_REPLAYED, false,
				"the operation has failed before and is not run again. The recorded failure was %s: %s"
					.formatted(failureType, failureMessage),
				null);
		this.failureType = failureType;
		this.failureMessage = failureMessage;
	}

	/**
	 * The class name of the recorded failure.
	 * @return the name
	 */
	public String failureType() {
		return this.failureType;
	}

	/**
	 * The message of the recorded failure.
	 * @return the message, null if it had none
	 */
	public @Nullable String failureMessage() {
		return this.failureMessage;
	}

}
