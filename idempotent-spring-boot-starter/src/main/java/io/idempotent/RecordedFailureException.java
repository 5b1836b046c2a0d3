package io.idempotent;

import org.jspecify.annotations.Nullable;

/**
 * The operation has failed for good, and the recorded failure cannot be thrown as its own
 * type. It was not run again.
 */
public final class RecordedFailureException extends IdempotencyException {

	private final String failureType;

	private final @Nullable String failureMessage;

	private final @Nullable String failureCause;

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param failureType the class name of the recorded failure
	 * @param failureMessage the message of the recorded failure
	 * @param failureCause the text of its cause
	 */
	public RecordedFailureException(String operation, String key, String failureType, @Nullable String failureMessage,
			@Nullable String failureCause) {
		super(operation, key, "recorded-failure", IdempotencyOutcome.FAILURE_REPLAYED, false,
				"the operation has failed before and is not run again. The recorded failure was %s%s%s".formatted(
						failureType, (failureMessage != null) ? ": " + failureMessage : "",
						(failureCause != null) ? ", caused by " + failureCause : ""),
				null);
		this.failureType = failureType;
		this.failureMessage = failureMessage;
		this.failureCause = failureCause;
	}

	/**
	 * The class name of the recorded failure.
	 * @return the name, {@code (unreadable)} if this application cannot read what was
	 * stored
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

	/**
	 * The cause of the recorded failure, as {@link Throwable#toString()} gave it.
	 * @return the text, null if there was no cause
	 */
	public @Nullable String failureCause() {
		return this.failureCause;
	}

}
