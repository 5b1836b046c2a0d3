package io.idempotent.interceptor;

import java.time.Duration;
import java.util.Set;

import io.idempotent.Idempotent;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.InvalidDeclarationException;
import io.idempotent.engine.operation.OperationSpec;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.convert.DurationStyle;

/**
 * Reads the attributes that do not depend on a call.
 */
final class OperationAttributes {

	private final ConfigurableBeanFactory beanFactory;

	private final MethodTransactions transactions;

	OperationAttributes(ConfigurableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.transactions = new MethodTransactions(beanFactory);
	}

	OperationSpec specOf(AnnotatedMethod method, String compared) {
		Idempotent annotation = method.annotation();
		return new OperationSpec(OperationNames.of(method, this.beanFactory),
				GenericTypes.ofResult(method.method(), method.beanClass()), duration("ttl", annotation.ttl()),
				duration("lease", annotation.lease()), annotation.onInProgress(),
				duration("waitTimeout", annotation.waitTimeout()), annotation.onAbandoned(),
				Set.of(annotation.recordFailures()), Set.of(annotation.unknownFailures()), annotation.transaction(),
				this.transactions.find(method), compared);
	}

	private @Nullable Duration duration(String attribute, String text) {
		if (text.isEmpty()) {
			return null;
		}
		String resolved = OperationNames.resolve(attribute, text, this.beanFactory).trim();
		if (resolved.matches("[+-]?\\d+")) {
			throw invalidDuration(attribute, text, resolved, "has no unit", null);
		}
		Duration duration;
		try {
			// by way of milliseconds, which is what is counted in, so that an overflow
			// shows here
			duration = Duration.ofMillis(DurationStyle.detectAndParse(resolved).toMillis());
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw invalidDuration(attribute, text, resolved, "is not a duration", ex);
		}
		if (!EngineSettings.isWithinLimits(duration)) {
			throw invalidDuration(attribute, text, resolved, "must be " + EngineSettings.LIMITS, null);
		}
		return duration;
	}

	private static InvalidDeclarationException invalidDuration(String attribute, String text, String resolved,
			String problem, @Nullable Throwable cause) {
		String value = text.equals(resolved) ? "\"%s\"".formatted(text)
				: "\"%s\", which is \"%s\" here".formatted(text, resolved);
		return new InvalidDeclarationException("`%s` is %s: that %s".formatted(attribute, value, problem),
				"Write a number and a unit, such as \"24h\", \"30s\", \"500ms\" or \"PT24H\"", cause);
	}

}
