package io.idempotent.engine.operation;

import org.jspecify.annotations.Nullable;

/**
 * A declared type whose values cannot be stored and given back, or not be compared, and
 * what to write instead.
 */
public final class UnsupportedTypeException extends InvalidDeclarationException {

	/**
	 * Creates the exception.
	 * @param problem what is wrong with which type, without a full stop
	 * @param remedy what to do about that type, without a full stop
	 * @param cause why that is known, null if it is the type itself
	 */
	public UnsupportedTypeException(String problem, String remedy, @Nullable Throwable cause) {
		super(problem, remedy, cause);
	}

}
