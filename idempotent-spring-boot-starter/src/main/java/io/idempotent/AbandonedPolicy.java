package io.idempotent;

/**
 * What happens to a record whose outcome nobody knows, after an
 * {@link AbandonedExecutionResolver}, if any, was asked and did not know it either.
 */
public enum AbandonedPolicy {

	/** As {@code idempotent.on-abandoned} says. */
	DEFAULT,

	/**
	 * Holds the record: duplicates get {@link OutcomeUnknownException} until it is
	 * settled. At most one execution.
	 */
	HOLD,

	/**
	 * Lets the next caller run the method again as a further attempt. At least one
	 * execution across crashes: the method must bear being run twice.
	 */
	RETRY

}
