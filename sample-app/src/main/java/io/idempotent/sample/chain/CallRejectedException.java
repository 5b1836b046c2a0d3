package io.idempotent.sample.chain;

/**
 * The chain has received the call and rejected it for good.
 */
public class CallRejectedException extends RuntimeException {

	public CallRejectedException(String message) {
		super(message);
	}

}
