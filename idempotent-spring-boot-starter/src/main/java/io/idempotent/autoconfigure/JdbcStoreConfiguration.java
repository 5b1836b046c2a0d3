package io.idempotent.autoconfigure;

import javax.sql.DataSource;

import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.jdbc.JdbcIdempotencyStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Records in the database of the application. The store comes after all that initialises
 * the database: our own script, and Flyway or Liquibase where they are.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(IdempotencyStore.class)
@ConditionalOnBean(DataSource.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
class JdbcStoreConfiguration {

	@Bean
	IdempotencyDatabase idempotencyDatabase(IdempotencyProperties properties, ObjectProvider<DataSource> dataSource,
			@IdempotencyDataSource ObjectProvider<DataSource> idempotencyDataSource) {
		return IdempotencyDatabase.of(idempotencyDataSource, dataSource, properties.jdbc().platform());
	}

	@Bean
	@ConditionalOnMissingBean
	IdempotencySchemaInitializer idempotencySchemaInitializer(IdempotencyDatabase database,
			IdempotencyProperties properties) {
		return new IdempotencySchemaInitializer(database.dataSource(), database.dialect().platform(),
				properties.jdbc());
	}

	@Bean
	@DependsOnDatabaseInitialization
	IdempotencyStore idempotencyStore(IdempotencyDatabase database, IdempotencyProperties properties,
			ObjectProvider<DataSourcePoolMetadataProvider> pools) {
		JdbcIdempotencyStore store = new JdbcIdempotencyStore(database.dataSource(), database.dialect(),
				properties.jdbc().tableName(), () -> sizeOf(database.dataSource(), pools));
		try {
			store.verifySchema();
		}
		catch (RuntimeException ex) {
			throw DatabaseStartFailure.of(ex, database.dataSource());
		}
		return store;
	}

	/**
	 * Records that have a pool of their own join the transactions of the main one.
	 */
	@Bean
	static SmartInitializingSingleton idempotencyRecordPool(ObjectProvider<IdempotencyDatabase> database,
			ObjectProvider<JoinableTransactions> transactions) {
		return () -> {
			if (database.getObject().ownPool()) {
				transactions.ifAvailable(JoinableTransactions::prepare);
			}
		};
	}

	private static int sizeOf(DataSource dataSource, ObjectProvider<DataSourcePoolMetadataProvider> pools) {
		DataSourcePoolMetadata pool = new CompositeDataSourcePoolMetadataProvider(pools.stream().toList())
			.getDataSourcePoolMetadata(dataSource);
		Integer max = (pool != null) ? pool.getMax() : null;
		return (max != null) ? max : 0;
	}

}
