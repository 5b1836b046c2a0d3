package io.idempotent.autoconfigure;

import io.idempotent.engine.claim.MaintenanceListener;
import io.idempotent.store.IdempotencyStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the purge of expired records.
 */
@AutoConfiguration(after = IdempotencyStoreAutoConfiguration.class)
@ConditionalOnIdempotencyEnabled
@ConditionalOnSwitch("idempotent.purge.enabled")
@ConditionalOnBean(IdempotencyStore.class)
public final class IdempotencyPurgeAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	PurgeLifecycle idempotencyPurge(IdempotencyStore store, IdempotencyProperties properties,
			ObjectProvider<MaintenanceListener> listeners) {
		return new PurgeLifecycle(store, properties.purge(), listeners.orderedStream().toList());
	}

}
