package io.idempotent.engine.outcome;

import org.jspecify.annotations.Nullable;

/**
 * Turns a recorded failure into bytes and back, as text: what of it may become a class
 * again is decided by who throws it.
 */
public interface FailureCodec {

	/**
	 * The name of the format, stored beside each failure.
	 * @return at most 100 characters
	 */
	String format();

	/**
	 * Encodes a failure. Does not fail on account of it: a getter that throws counts as
	 * null.
	 * @param failure the failure
	 * @return the bytes
	 */
	byte[] encode(Throwable failure);

	/**
	 * Decodes a failure.
	 * @param bytes what {@link #encode} returned
	 * @return the failure as text
	 * @throws RuntimeException if the bytes are not a failure
	 */
	RecordedFailure decode(byte[] bytes);

	/**
	 * A failure as text.
	 *
	 * @param type the class name, as {@link Class#getName()} gives it
	 * @param message the message
	 * @param cause the text of the cause, as {@link Throwable#toString()} gives it, null
	 * if there was none
	 */
	record RecordedFailure(String type, @Nullable String message, @Nullable String cause) {

	}

}
