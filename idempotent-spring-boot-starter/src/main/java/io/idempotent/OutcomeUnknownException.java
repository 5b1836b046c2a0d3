package io.idempotent;

/**
 * An attempt was abandoned, nobody knows whether the operation happened, and the record
 * is held. Nothing was run.
 */
public final class OutcomeUnknownException extends IdempotencyException {

	private final transient AbandonedAttempt attempt;

	/**
	 * Creates the exception.
	 * @param attempt the abandoned attempt
	 * @param resolver a sentence that says what an {@link AbandonedExecutionResolver} had
	 * to say
	 */
	public OutcomeUnknownException(AbandonedAttempt attempt, String resolver) {
		super(attempt.operation(), attempt.key(), "outcome-unknown", IdempotencyOutcome.OUTCOME_UNKNOWN, false,
				"attempt %s was abandoned and nobody knows whether the operation happened, so nothing was run. %s Settle the attempt through IdempotencySettlement, provide an AbandonedExecutionResolver bean that supports this operation, or, if running it twice does no harm, set onAbandoned = RETRY."
					.formatted(attempt.attempt(), resolver),
				null);
		this.attempt = attempt;
	}

	/**
	 * The abandoned attempt, as {@link IdempotencySettlement} takes it.
	 * @return the attempt
	 */
	public AbandonedAttempt attempt() {
		return this.attempt;
	}

}
