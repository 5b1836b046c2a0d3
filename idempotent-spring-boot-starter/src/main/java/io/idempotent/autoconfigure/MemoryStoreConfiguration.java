package io.idempotent.autoconfigure;

import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Records in memory, only if asked for: other nodes would not see them.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(IdempotencyStore.class)
@ConditionalOnProperty(name = "idempotent.store", havingValue = "memory")
class MemoryStoreConfiguration {

	@Bean
	IdempotencyStore idempotencyStore() {
		return new MemoryIdempotencyStore();
	}

}
