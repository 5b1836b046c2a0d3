package io.idempotent.autoconfigure;

import javax.sql.DataSource;

import io.idempotent.store.jdbc.JdbcDialect;
import io.idempotent.store.jdbc.JdbcDialects;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * The one database that holds the records.
 *
 * @param dataSource gives connections to it
 * @param dialect what is different about it
 * @param ownPool whether the application has said that it is for the records
 */
record IdempotencyDatabase(DataSource dataSource, JdbcDialect dialect, boolean ownPool) {

	/**
	 * Chooses the database.
	 * @param qualified what is annotated with {@link IdempotencyDataSource}
	 * @param all what there is, with the primary one first
	 * @param platform the configured platform, null to detect it
	 * @return the database
	 */
	static IdempotencyDatabase of(ObjectProvider<DataSource> qualified, ObjectProvider<DataSource> all,
			@Nullable String platform) {
		DataSource own = qualified.getIfUnique();
		DataSource dataSource = (own != null) ? own : all.getIfUnique();
		if (dataSource == null) {
			throw new IdempotencyConfigurationException(
					"There are several DataSource beans, and none of them is said to hold the idempotency records.",
					"Annotate one of them with @IdempotencyDataSource, or the main one with @Primary.");
		}
		if (DataSourceUnwrapper.unwrap(dataSource, AbstractRoutingDataSource.class) != null) {
			throw new IdempotencyConfigurationException(
					"The DataSource for the idempotency records is a routing one: a retry that is routed elsewhere would not find its record, and run again.",
					"Declare a DataSource of the one database that holds the records, and annotate it with @IdempotencyDataSource.");
		}
		return new IdempotencyDatabase(dataSource, dialect(dataSource, platform), own != null);
	}

	private static JdbcDialect dialect(DataSource dataSource, @Nullable String platform) {
		try {
			return (platform != null) ? JdbcDialects.forPlatform(platform) : JdbcDialects.detect(dataSource);
		}
		catch (IllegalArgumentException ex) {
			throw new IdempotencyConfigurationException(String.valueOf(ex.getMessage()),
					"Set 'idempotent.jdbc.platform' to a platform the store knows and the database behaves like, or provide a bean of type io.idempotent.store.IdempotencyStore.",
					ex);
		}
		catch (RuntimeException ex) {
			throw DatabaseStartFailure.unreachable(ex, dataSource);
		}
	}

}
