package io.idempotent.engine;

import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotentResult;
import io.idempotent.ResultCodec;
import io.idempotent.ThrowingCallback;
import io.idempotent.store.IdempotencyStore;
import org.jspecify.annotations.Nullable;

/**
 * Runs a method at most once per record: the only place that decides whether to run, to
 * replay, to wait or to refuse.
 */
public final class IdempotencyEngine implements AutoCloseable {

	public IdempotencyEngine(EngineSettings settings, Operations operations, IdempotencyStore store,
			ResultCodec resultCodec, FailureCodec failureCodec, List<AbandonedExecutionResolver> resolvers,
			List<IdempotencyListener> listeners, List<MaintenanceListener> maintenanceListeners, Ticker ticker) {
	}

	public <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> execute(Operation operation,
			CallInputs inputs, ThrowingCallback<T, X> method) throws X {
		return java.util.Optional.<IdempotentResult<T>>empty().orElseThrow();
	}

	public IdempotencySettlement settlement() {
		return java.util.Optional.<IdempotencySettlement>empty().orElseThrow();
	}

	@Override
	public void close() {
	}

}
