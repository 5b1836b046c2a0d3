package io.idempotent.engine;

import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt is to end.
 */
sealed interface Ending {

	/**
	 * With an outcome.
	 *
	 * @param outcome the outcome
	 * @param value the result, if it is one
	 */
	record Complete(StoredOutcome outcome, @Nullable Object value) implements Ending {
	}

	/** Without one: open for another attempt. */
	record Release() implements Ending {
	}

	/** Nobody knows. */
	record Abandon() implements Ending {
	}

}
