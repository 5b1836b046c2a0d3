package io.idempotent.store;

import java.time.Duration;

/**
 * How an abandoned attempt is decided.
 */
public sealed interface Settlement {

	/**
	 * An outcome is recorded.
	 *
	 * @param outcome the outcome
	 * @param ttl how long it is kept from now on
	 */
	record Finish(StoredOutcome outcome, Duration ttl) implements Settlement {
	}

	/** The record is open for another attempt. */
	record Reopen() implements Settlement {
	}

}
