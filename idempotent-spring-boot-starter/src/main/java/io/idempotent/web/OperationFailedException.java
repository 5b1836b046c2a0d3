package io.idempotent.web;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.Assert;

/**
 * The operation of an {@link IdempotentOperationHandler} has failed for good: the client
 * gets this status, code and message, and so do its retries. With one of the statuses
 * 401, 403, 408, 425 and 429, which say "later" or "not you", retries run instead.
 */
public class OperationFailedException extends RuntimeException {

	private final HttpStatusCode status;

	private final String code;

	/**
	 * Creates the exception, with the status 422.
	 * @param code what clients match on, such as {@code INSUFFICIENT_FUNDS}
	 * @param message a sentence for people, which the client gets as it is
	 */
	public OperationFailedException(String code, String message) {
		this(HttpStatus.UNPROCESSABLE_CONTENT, code, message, null);
	}

	/**
	 * Creates the exception.
	 * @param status a status from 400 to 499
	 * @param code what clients match on, such as {@code INSUFFICIENT_FUNDS}
	 * @param message a sentence for people, which the client gets as it is
	 */
	public OperationFailedException(HttpStatusCode status, String code, String message) {
		this(status, code, message, null);
	}

	/**
	 * Creates the exception.
	 * @param status a status from 400 to 499
	 * @param code what clients match on, such as {@code INSUFFICIENT_FUNDS}
	 * @param message a sentence for people, which the client gets as it is
	 * @param cause why, not said to the client
	 */
	public OperationFailedException(HttpStatusCode status, String code, String message, @Nullable Throwable cause) {
		super(message, cause);
		Assert.isTrue(status.is4xxClientError(),
				() -> "A failure for good has a status from 400 to 499, not %s: throw another exception for one after which a retry may run"
					.formatted(status.value()));
		Assert.hasText(code, "A failure for good has a code that clients match on");
		this.status = status;
		this.code = code;
	}

	/**
	 * The status of the answer.
	 * @return from 400 to 499
	 */
	public HttpStatusCode status() {
		return this.status;
	}

	/**
	 * What clients match on.
	 * @return the code
	 */
	public String code() {
		return this.code;
	}

}
