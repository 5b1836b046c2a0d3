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

		/** Nothing of the outcome: it ends up in logs. */
		@Override
		public String toString() {
			return "its completion";
		}

	}

	/** Without one: open for another attempt. */
	record Release() implements Ending {

		@Override
		public String toString() {
			return "its release";
		}

	}

	/** Nobody knows. */
	record Abandon() implements Ending {

		@Override
		public String toString() {
			return "its abandonment";
		}

	}

}
