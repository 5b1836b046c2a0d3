package io.idempotent.web.reactive;

import java.util.Objects;

import io.idempotent.IdempotencyContext;
import io.idempotent.ThrowingCallback;
import io.idempotent.web.request.HandlerInvocation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Calls handlers whose result comes later.
 */
final class ReactiveCalls {

	private ReactiveCalls() {
	}

	/**
	 * Calls a handler, when somebody subscribes.
	 */
	static Flux<Object> call(HandlerInvocation run, ThrowingCallback<@Nullable Object, Throwable> handler) {
		return call(run, handler, run::leave);
	}

	/**
	 * Like {@link #call}, but what the handler gives may do its work while it is written.
	 */
	static Flux<Object> begin(HandlerInvocation run, ThrowingCallback<@Nullable Object, Throwable> handler) {
		return call(run, handler, run::write);
	}

	private static Flux<Object> call(HandlerInvocation run, ThrowingCallback<@Nullable Object, Throwable> handler,
			Runnable completed) {
		return Flux.defer(() -> {
			try {
				run.enter();
			}
			catch (Throwable refusal) {
				return Flux.error(refusal);
			}
			return publisher(() -> run.context().call(handler)).doOnComplete(completed)
				.doOnError(run::leave)
				.doOnCancel(run::cancel);
		}).contextWrite((context) -> context.put(IdempotencyContext.class, run.context()));
	}

	/**
	 * What a handler returns.
	 * @return fails if the handler does not even return
	 */
	static Flux<Object> publisher(ThrowingCallback<@Nullable Object, Throwable> handler) {
		try {
			return Flux.from((Publisher<?>) Objects.requireNonNull(handler.call()));
		}
		catch (Throwable failure) {
			return Flux.error(failure);
		}
	}

}
