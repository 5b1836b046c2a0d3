package io.idempotent.autoconfigure;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Comes before Boot's own analyzers, which would explain the binding instead of the
 * value. Shows the value of a property as it was written.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class IdempotencyConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<IdempotencyConfigurationException> {

	/** What is only a number does not say of what. */
	private static final Pattern UNIT = Pattern.compile("[^\\d+-]");

	private final @Nullable Environment environment;

	IdempotencyConfigurationFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, IdempotencyConfigurationException cause) {
		String written = (this.environment != null && cause.property() != null)
				? this.environment.getProperty(cause.property()) : null;
		return new FailureAnalysis(
				cause.description((written != null && UNIT.matcher(written).find()) ? written : null), cause.action(),
				cause);
	}

}
