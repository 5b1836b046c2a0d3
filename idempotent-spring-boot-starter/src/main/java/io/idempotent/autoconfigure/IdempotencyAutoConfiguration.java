package io.idempotent.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Auto-configuration of {@code @Idempotent} and the template. The properties are read
 * also where they switch it off.
 */
@AutoConfiguration(after = { IdempotencyStoreAutoConfiguration.class, AopAutoConfiguration.class })
@EnableConfigurationProperties(IdempotencyProperties.class)
@Import({ EngineConfiguration.class, UserConfiguration.class, AdviceConfiguration.class, DisabledConfiguration.class,
		DisabledWebConfiguration.class })
public final class IdempotencyAutoConfiguration {

	@Bean
	static PropertyNames idempotencyPropertyNames(ConfigurableEnvironment environment) {
		return new PropertyNames(environment);
	}

}
