package io.idempotent.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * The application is configured in a way that would not guard it, so it does not start.
 */
class IdempotencyConfigurationException extends RuntimeException {

	private final String description;

	private final String action;

	/**
	 * Creates the exception.
	 * @param description a sentence that says what is wrong and names the property
	 * @param action a sentence that says what to do
	 */
	IdempotencyConfigurationException(String description, String action) {
		this(description, action, null);
	}

	IdempotencyConfigurationException(String description, String action, @Nullable Throwable cause) {
		super(description + " " + action, cause);
		this.description = description;
		this.action = action;
	}

	String description() {
		return this.description;
	}

	String action() {
		return this.action;
	}

}
