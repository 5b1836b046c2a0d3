package io.idempotent.autoconfigure;

import java.util.Locale;

import io.idempotent.store.IdempotencyStore;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * No store: the application must not run unguarded.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(IdempotencyStore.class)
class MissingStoreConfiguration {

	@Bean
	IdempotencyStore idempotencyStore(IdempotencyProperties properties) {
		throw new IdempotencyConfigurationException(
				"There is nowhere to keep idempotency records: 'idempotent.store' is '%s' and there is no bean of type javax.sql.DataSource."
					.formatted(properties.store().name().toLowerCase(Locale.ROOT)),
				"""
						Do one of these:

						    - Put a JDBC driver on the class path, set 'spring.datasource.url', and do not exclude Boot's DataSourceAutoConfiguration; or declare a DataSource bean.
						    - Provide a bean of type io.idempotent.store.IdempotencyStore.
						    - On a single node, and in tests: set 'idempotent.store' to 'memory'.""");
	}

}
