package io.idempotent;

/**
 * What a duplicate does while the first attempt is in progress, on this node or on
 * another.
 */
public enum InProgressPolicy {

	/** As {@code idempotent.on-in-progress} says. */
	DEFAULT,

	/** Throws {@link OperationInProgressException} at once. */
	REJECT,

	/**
	 * Waits for the outcome and replays it; throws {@link OperationInProgressException}
	 * when the wait timeout ends first.
	 */
	WAIT

}
