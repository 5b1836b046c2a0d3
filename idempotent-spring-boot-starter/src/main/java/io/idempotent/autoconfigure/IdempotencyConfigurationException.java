package io.idempotent.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * The application is configured in a way that would not guard it, so it does not start.
 */
class IdempotencyConfigurationException extends RuntimeException {

	private static final String VALUE = "The value '";

	private final String description;

	private final String action;

	private final @Nullable String property;

	private final String value;

	/**
	 * Creates the exception.
	 * @param description a sentence that says what is wrong and names the property
	 * @param action a sentence that says what to do
	 */
	IdempotencyConfigurationException(String description, String action) {
		this(description, action, null);
	}

	IdempotencyConfigurationException(String description, String action, @Nullable Throwable cause) {
		this(description, action, null, "", cause);
	}

	private IdempotencyConfigurationException(String description, String action, @Nullable String property,
			String value, @Nullable Throwable cause) {
		super(description + " " + action, cause);
		this.description = description;
		this.action = action;
		this.property = property;
		this.value = value;
	}

	/**
	 * Refuses the value of a property.
	 * @param name the name of the property
	 * @param value the value, as far as it is known how it was written
	 * @param reason what is wrong with it, without a full stop
	 * @param action a sentence that says what to do, null to correct it
	 */
	static IdempotencyConfigurationException ofProperty(String name, String value, String reason,
			@Nullable String action) {
		return new IdempotencyConfigurationException(
				VALUE + "%s' of the property '%s' cannot be used: %s.".formatted(value, name, reason),
				(action != null) ? action : "Correct '%s', or leave it out to get the default.".formatted(name), name,
				value, null);
	}

	/**
	 * What is wrong.
	 * @param written the value of the property as it was written, null if that is not
	 * known
	 */
	String description(@Nullable String written) {
		return (written == null || this.property == null) ? this.description
				: VALUE + written + this.description.substring((VALUE + this.value).length());
	}

	String action() {
		return this.action;
	}

	/**
	 * The property whose value is refused.
	 * @return its name, null if it is not about the value of one
	 */
	@Nullable String property() {
		return this.property;
	}

}
