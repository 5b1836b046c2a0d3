package io.idempotent.interceptor;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one annotated method, before it is known which.
 */
public final class InvalidDeclarationException extends IllegalArgumentException {

	private final String remedy;

	/**
	 * Creates the exception.
	 * @param problem what is wrong, without a full stop
	 * @param remedy what to do, without a full stop
	 */
	public InvalidDeclarationException(String problem, String remedy) {
		this(problem, remedy, null);
	}

	InvalidDeclarationException(String problem, String remedy, @Nullable Throwable cause) {
		super(problem, cause);
		this.remedy = remedy;
	}

	String remedy() {
		return this.remedy;
	}

}
