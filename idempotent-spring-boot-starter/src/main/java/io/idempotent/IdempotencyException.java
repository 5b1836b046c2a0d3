package io.idempotent;

import org.jspecify.annotations.Nullable;

/**
 * The method was not run, or its outcome was not accepted, and this says why and what to
 * do. Names the operation and a masked key, never the raw one.
 */
public abstract sealed class IdempotencyException extends RuntimeException
		permits MissingIdempotencyKeyException, InvalidIdempotencyKeyException, OperationInProgressException,
		IdempotencyKeyReusedException, OutcomeUnknownException, ResultUnavailableException, RecordedFailureException,
		OwnershipLostException, IdempotencyStoreException {

	private final String operation;

	private final String maskedKey;

	private final String code;

	private final IdempotencyOutcome outcome;

	private final boolean retryable;

	IdempotencyException(String operation, @Nullable String key, String code, IdempotencyOutcome outcome,
			boolean retryable, String sentence, @Nullable Throwable cause) {
		super("Operation '%s', key %s: %s".formatted(operation, MaskedKey.of(key), sentence), cause);
		this.operation = operation;
		this.maskedKey = MaskedKey.of(key);
		this.code = code;
		this.outcome = outcome;
		this.retryable = retryable;
	}

	/**
	 * The name of the operation.
	 * @return the name
	 */
	public String operation() {
		return this.operation;
	}

	/**
	 * The form of the key that may be logged.
	 * @return at most its first four characters and its length
	 */
	public String maskedKey() {
		return this.maskedKey;
	}

	/**
	 * The stable code of the problem, such as {@code in-progress}: clients match on it.
	 * @return a word of lower-case letters and hyphens
	 */
	public String code() {
		return this.code;
	}

	/**
	 * How a call that ends with this exception counts.
	 * @return the outcome
	 */
	public IdempotencyOutcome outcome() {
		return this.outcome;
	}

	/**
	 * Whether the same call may succeed later without anybody doing anything.
	 * @return whether a retry helps
	 */
	public boolean isRetryable() {
		return this.retryable;
	}

}
