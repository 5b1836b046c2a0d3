package io.idempotent;

/**
 * How a call ended: every call ends in exactly one of these.
 */
public enum IdempotencyOutcome {

	/** The method ran and returned. */
	EXECUTED("executed"),

	/** The method ran and threw; the record is open for another attempt. */
	FAILED("failed"),

	/** The method ran and threw a failure that is recorded as the outcome. */
	FAILURE_RECORDED("failure-recorded"),

	/** The method ran and threw; nobody knows whether the operation happened. */
	FAILURE_UNKNOWN("failure-unknown"),

	/** A recorded result was replayed. */
	REPLAYED("replayed"),

	/** A recorded failure was thrown again. */
	FAILURE_REPLAYED("failure-replayed"),

	/** Refused: {@link MissingIdempotencyKeyException}. */
	KEY_MISSING("key-missing"),

	/** Refused: {@link InvalidIdempotencyKeyException}. */
	KEY_INVALID("key-invalid"),

	/** Refused: {@link OperationInProgressException}. */
	IN_PROGRESS("in-progress"),

	/** Refused: {@link IdempotencyKeyReusedException}. */
	KEY_REUSED("key-reused"),

	/** Refused: {@link OutcomeUnknownException}. */
	OUTCOME_UNKNOWN("outcome-unknown"),

	/** Refused: {@link ResultUnavailableException}. */
	RESULT_UNAVAILABLE("result-unavailable"),

	/** The method ran, but was taken over: {@link OwnershipLostException}. */
	OWNERSHIP_LOST("ownership-lost"),

	/** Refused: {@link IdempotencyStoreException}. */
	STORE_UNAVAILABLE("store-unavailable");

	private final String tag;

	IdempotencyOutcome(String tag) {
		this.tag = tag;
	}

	/**
	 * The name of the outcome in metrics and logs.
	 * @return a word of lower-case letters and hyphens
	 */
	public String tag() {
		return this.tag;
	}

}
