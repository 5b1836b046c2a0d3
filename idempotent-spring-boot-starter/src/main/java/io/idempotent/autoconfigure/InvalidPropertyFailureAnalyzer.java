package io.idempotent.autoconfigure;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionException;
import org.springframework.util.unit.DataSize;

/**
 * Explains a value under {@code idempotent} that is not of the type of its property, or
 * is empty.
 */
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class InvalidPropertyFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

	private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("idempotent");

	private static final Map<Class<?>, String> WANTED = Map.of(Duration.class,
			"a duration such as 90s, 10m, 24h, 7d or PT24H", DataSize.class, "a size such as 512KB, 1MB or 2GB",
			boolean.class, "true or false", int.class, "a whole number", Class.class, "the full name of a class");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
		if (cause.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
			return unbound.getUnboundProperties()
				.stream()
				.filter((property) -> OURS.isAncestorOf(property.getName()) && "".equals(property.getValue()))
				.findFirst()
				.map((property) -> empty(property.getName(), cause))
				.orElse(null);
		}
		ConfigurationProperty property = cause.getProperty();
		if (property == null || !OURS.isAncestorOf(property.getName())
				|| !(cause.getCause() instanceof ConversionException)) {
			return null;
		}
		String name = property.getName().toString();
		String wanted = wanted(cause.getTarget().getType());
		return new FailureAnalysis(
				"The value '%s' of the property '%s' cannot be used: it is not %s.%s".formatted(property.getValue(),
						name, wanted,
						(property.getOrigin() != null) ? " It is from " + property.getOrigin() + "." : ""),
				"Set '%s' to %s, or leave it out to get the default.".formatted(name, wanted), cause);
	}

	/** Its name may be right: an empty text is no value, so that it is left over. */
	private static FailureAnalysis empty(ConfigurationPropertyName name, Throwable cause) {
		return new FailureAnalysis("The property '%s' is there, but has no value.".formatted(name),
				"Give '%s' a value, or leave it out to get the default.".formatted(name), cause);
	}

	private static String wanted(ResolvableType target) {
		Class<?> element = target.asCollection().getGeneric().resolve();
		Class<?> type = (element != null) ? element : target.resolve(Object.class);
		if (type.isEnum()) {
			// "default" is for the annotation only
			return Arrays.stream(type.getEnumConstants())
				.map(Object::toString)
				.filter(Predicate.not("DEFAULT"::equals))
				.collect(Collectors.joining(", ", "one of ", " (or in lower case)"));
		}
		return WANTED.getOrDefault(type, "a " + type.getSimpleName().toLowerCase(Locale.ROOT));
	}

}
