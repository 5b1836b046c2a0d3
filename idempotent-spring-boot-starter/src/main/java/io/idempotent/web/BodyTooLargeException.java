package io.idempotent.web;

import org.springframework.util.unit.DataSize;

/**
 * The body of the request is too large to be compared with that of a retry. Nothing was
 * run, and nothing reserved.
 */
public final class BodyTooLargeException extends RuntimeException {

	public BodyTooLargeException(long limit) {
		super("The body of the request has more than the %s that are accepted together with an idempotency key."
			.formatted(DataSize.ofBytes(limit)));
	}

}
