package io.idempotent.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains a database that is not configured or cannot be reached. Comes before Boot's
 * "Failed to configure a DataSource", which does not say who needs one.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MissingDatabaseFailureAnalyzer implements FailureAnalyzer {

	/** Not visible, so known by its name. */
	private static final String NO_URL_OR_DRIVER = "org.springframework.boot.jdbc.autoconfigure.DataSourceProperties$DataSourceBeanCreationException";

	private static final String NO_DRIVER_CLASS = "Failed to load driver class";

	private static final String EXCLUDE = "'spring.autoconfigure.exclude' to 'org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration'";

	private final @Nullable BeanFactory beanFactory;

	private final @Nullable Environment environment;

	MissingDatabaseFailureAnalyzer(@Nullable BeanFactory beanFactory, @Nullable Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		if (url() != null && DatabaseStartFailure.isOfTheUrl(failure) && isNeeded()) {
			return DatabaseStartFailure.unreachable(failure, url());
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			String message = String.valueOf(cause.getMessage());
			if (cause.getClass().getName().equals(NO_URL_OR_DRIVER) || message.startsWith(NO_DRIVER_CLASS)) {
				return isNeeded() ? needed(message, cause) : notNeeded(message, cause);
			}
		}
		// others may need the database before the store does
		return (DatabaseStartFailure.isOfTheConnection(failure) && isNeeded())
				? DatabaseStartFailure.unreachable(failure, url()) : null;
	}

	private @Nullable String url() {
		return (this.environment != null) ? this.environment.getProperty("spring.datasource.url") : null;
	}

	private boolean isNeeded() {
		return this.beanFactory instanceof ListableBeanFactory beans && BeanFactoryUtils
			.beanNamesForTypeIncludingAncestors(beans, JdbcStoreConfiguration.class, false, false).length > 0;
	}

	private static FailureAnalysis needed(String reason, Throwable cause) {
		return new FailureAnalysis(
				"Idempotent keeps its records in the application's database, and that is not configured: %s"
					.formatted(reason),
				"""
						Do one of these:

						    - Put a JDBC driver on the class path and set 'spring.datasource.url'. An embedded database such as H2 needs the driver only.
						    - Provide a bean of type io.idempotent.store.IdempotencyStore, and set %s.
						    - On a single node, and in tests: set 'idempotent.store' to 'memory', and %s."""
					.formatted(EXCLUDE, EXCLUDE),
				cause);
	}

	private static FailureAnalysis notNeeded(String reason, Throwable cause) {
		return new FailureAnalysis(
				"The DataSource is not configured: %s Idempotent does not need one as it is configured, but brings spring-boot-starter-jdbc with it."
					.formatted(reason.endsWith(".") ? reason : reason + "."),
				"If the application has a database, put its JDBC driver on the class path and set 'spring.datasource.url'. If not, set %s."
					.formatted(EXCLUDE),
				cause);
	}

}
