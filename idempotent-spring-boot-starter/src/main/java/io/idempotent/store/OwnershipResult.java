package io.idempotent.store;

/**
 * What became of a step that only one who knows the state of a record may take.
 */
public enum OwnershipResult {

	/** The step is done, by this call or by an earlier one of the same owner. */
	CONFIRMED,

	/** The record is no longer as the caller knew it: nothing was changed. */
	LOST

}
