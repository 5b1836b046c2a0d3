package io.idempotent;

/**
 * The method has run, but its attempt was taken over or settled meanwhile: its result was
 * not recorded, and another attempt decides what is replayed.
 */
public final class OwnershipLostException extends IdempotencyException {

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param key the key; only its masked form is kept
	 * @param attempt the number of the attempt that was taken over
	 */
	public OwnershipLostException(String operation, String key, long attempt) {
		super(operation, key, "ownership-lost", IdempotencyOutcome.OWNERSHIP_LOST, true,
				"attempt %s has run, but was silent past its lease and was taken over or settled meanwhile, so its result is not the recorded one. Call again for the recorded outcome; if this happens often, set a longer lease."
					.formatted(attempt),
				null);
	}

}
