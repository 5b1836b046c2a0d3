package io.idempotent.engine.outcome;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a codec that has read back what it had written of a result, and did not get
 * that result again.
 */
public final class ReadBackException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param difference a sentence that names the type and the member, and no value
	 * @param cause why it cannot be read, null if it is another value
	 */
	public ReadBackException(String difference, @Nullable Throwable cause) {
		super(difference, cause);
	}

}
