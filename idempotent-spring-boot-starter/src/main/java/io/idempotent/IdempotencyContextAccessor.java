package io.idempotent;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Lets Micrometer's context propagation take the {@link IdempotencyContext} along to
 * other threads, and between Reactor's context and the thread. Found by it as a service,
 * and the only class of the starter that knows it; in this package because nobody else
 * may bind a context.
 */
public final class IdempotencyContextAccessor implements ThreadLocalAccessor<IdempotencyContext> {

	@Override
	public Object key() {
		return IdempotencyContext.class;
	}

	@Override
	public @Nullable IdempotencyContext getValue() {
		return IdempotencyContext.current().orElse(null);
	}

	@Override
	public void setValue(IdempotencyContext context) {
		IdempotencyContext.bind(context);
	}

	@Override
	public void setValue() {
		IdempotencyContext.bind(null);
	}

}
