package io.idempotent.web;

/**
 * Thrown for a key in a header that cannot be read, with a reason for the client.
 */
public final class MalformedKeyException extends IllegalArgumentException {

	/**
	 * Creates the exception.
	 * @param reason what is wrong with the key
	 */
	public MalformedKeyException(String reason) {
		super(reason);
	}

}
