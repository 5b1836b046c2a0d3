package io.idempotent;

/**
 * The call has no key: it is null, empty or blank. Nothing was run.
 */
public final class MissingIdempotencyKeyException extends IdempotencyException {

	/**
	 * Creates the exception.
	 * @param operation the name of the operation
	 * @param source where the key was looked for, such as
	 * {@code expression '#workflowId'}
	 */
	public MissingIdempotencyKeyException(String operation, String source) {
		super(operation, null, "key-missing", IdempotencyOutcome.KEY_MISSING, false,
				"%s gave no key (null, empty or blank), so nothing was run. Give every call of this operation a key that its retries repeat."
					.formatted(source),
				null);
	}

}
