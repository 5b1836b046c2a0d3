package io.idempotent.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.ThrowingCallback;
import org.jspecify.annotations.Nullable;

/**
 * The result comes with a {@link CompletionStage}. The method is started when it is
 * called. Everything is said through the future, refusals and what the method throws as
 * well, so that the caller has to look in one place only.
 */
final class StageResult implements AsyncResult {

	static final AsyncResult INSTANCE = new StageResult();

	private StageResult() {
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored") // not ignored: it is the return value
	public Object guard(DeferredMethod method) {
		try {
			return method.start(method.read(), () -> {
				Object stage = method.callback().call();
				return (stage != null) ? (CompletionStage<?>) stage : CompletableFuture.completedFuture(null);
			}, Runnable::run);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored") // not ignored: it is the return value
	public Object unguarded(Supplier<@Nullable IdempotencyContext> context, ThrowingCallback<?, ?> method) {
		try {
			Object stage = AsyncResult.call(context.get(), method);
			return (stage != null) ? stage : CompletableFuture.completedFuture(null);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

}
