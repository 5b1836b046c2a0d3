package io.idempotent.interceptor;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one annotated method, before it is known which.
 */
final class InvalidDeclarationException extends IllegalArgumentException {

	private final String remedy;

	InvalidDeclarationException(String problem, String remedy) {
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
