package io.idempotent.client;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatusCode;

/**
 * The service has answered with an error.
 */
public final class ExecuteException extends RuntimeException {

	private final HttpStatusCode status;

	private final @Nullable String code;

	/**
	 * Creates the exception.
	 * @param operation the operation
	 * @param status the status of the answer
	 * @param code the code of the error, null if the answer has none
	 * @param message the message of the error
	 */
	public ExecuteException(String operation, HttpStatusCode status, @Nullable String code, @Nullable String message) {
		super("Operation '%s': the service answered %s %s: %s".formatted(operation, status.value(),
				(code != null) ? code : "without a code", (message != null) ? message : "no message"));
		this.status = status;
		this.code = code;
	}

	/**
	 * The status of the answer.
	 * @return the status
	 */
	public HttpStatusCode status() {
		return this.status;
	}

	/**
	 * The code of the error, such as {@code IDEMPOTENCY_KEY_REUSED}.
	 * @return null if the answer is not one of the execute API, but for instance a
	 * proxy's
	 */
	public @Nullable String code() {
		return this.code;
	}

}
