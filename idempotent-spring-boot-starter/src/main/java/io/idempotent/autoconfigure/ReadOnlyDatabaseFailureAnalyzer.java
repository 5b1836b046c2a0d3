package io.idempotent.autoconfigure;

import io.idempotent.store.jdbc.ReadOnlyDatabaseException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says that records need a database which takes writes.
 */
final class ReadOnlyDatabaseFailureAnalyzer extends AbstractFailureAnalyzer<ReadOnlyDatabaseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ReadOnlyDatabaseException cause) {
		return new FailureAnalysis(
				"The table '%s' that idempotency records are kept in cannot be changed: the database is read-only, such as a replica."
					.formatted(cause.tableName()),
				"Let the DataSource connect to the primary server. Where there are several, annotate the DataSource of the primary with @IdempotencyDataSource.",
				cause);
	}

}
