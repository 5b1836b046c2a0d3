package io.idempotent.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the store: a bean of the application, else, in this order, the
 * first of the imported ones that has what it needs. The last has no store but advice.
 */
@AutoConfiguration(after = DataSourceAutoConfiguration.class)
@ConditionalOnIdempotencyEnabled
@EnableConfigurationProperties(IdempotencyProperties.class)
@Import({ MemoryStoreConfiguration.class, JdbcStoreConfiguration.class, MissingStoreConfiguration.class })
public final class IdempotencyStoreAutoConfiguration {

}
