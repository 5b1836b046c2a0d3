package io.idempotent.autoconfigure;

import io.idempotent.store.jdbc.MissingTableException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says how the table comes into being.
 */
final class MissingTableFailureAnalyzer extends AbstractFailureAnalyzer<MissingTableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, MissingTableException cause) {
		return new FailureAnalysis(
				"The table '%s' that idempotency records are kept in does not exist, or lacks a column."
					.formatted(cause.tableName()),
				"""
						Do one of these:

						    - Flyway: add 'classpath:io/idempotent/store/jdbc/{vendor}' to 'spring.flyway.locations'. Liquibase: include 'io/idempotent/store/jdbc/changelog.xml' in your changelog. Or take the script '%s' into your migrations.
						    - Set 'idempotent.jdbc.initialize-schema' to 'always' to have it run at start.
						    - Set 'idempotent.jdbc.table-name' if the table has another name or schema."""
					.formatted(IdempotencyProperties.Jdbc.scriptFor(cause.platform())),
				cause);
	}

}
