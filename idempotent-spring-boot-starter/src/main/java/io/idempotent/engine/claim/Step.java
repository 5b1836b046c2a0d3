package io.idempotent.engine.claim;

import io.idempotent.IdempotencySource;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.store.ClaimResult;

/**
 * What is to be done next about a call that asks for admission.
 */
public sealed interface Step {

	/**
	 * Answer from the record.
	 *
	 * @param outcome the recorded outcome
	 * @param source where it was found
	 */
	record Replay(Replayable outcome, IdempotencySource source) implements Step {
	}

	/**
	 * Run the method, and end the attempt.
	 *
	 * @param attempt the attempt that this call owns
	 */
	record Own(Attempt attempt) implements Step {
	}

	/**
	 * Wait for another call of this JVM, then ask again.
	 *
	 * @param call the call that is executing, or asking for the record
	 */
	record Wait(InFlightCall call) implements Step {
	}

	/**
	 * Ask again after a pause, since another node is executing.
	 *
	 * @param nanos how long
	 */
	record Pause(long nanos) implements Step {
	}

	/**
	 * Decide about an abandoned attempt, then ask again.
	 *
	 * @param attempt the attempt, as the store has it
	 */
	record Decide(ClaimResult.Abandoned attempt) implements Step {
	}

}
