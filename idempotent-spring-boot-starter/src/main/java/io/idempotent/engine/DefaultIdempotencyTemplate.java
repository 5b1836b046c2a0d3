package io.idempotent.engine;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotencyTemplate;

/**
 * The template on top of the engine.
 */
public final class DefaultIdempotencyTemplate implements IdempotencyTemplate {

	public DefaultIdempotencyTemplate(IdempotencyEngine engine, Operations operations, PayloadDigester digester,
			IdempotencyScopeResolver scopeResolver) {
	}

	@Override
	public Call operation(String name) {
		throw new UnsupportedOperationException();
	}

}
