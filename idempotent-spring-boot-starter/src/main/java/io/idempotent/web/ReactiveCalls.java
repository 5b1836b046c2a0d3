package io.idempotent.web;

import java.util.Objects;

import io.idempotent.IdempotencyContext;
import io.idempotent.ThrowingCallback;
import io.idempotent.web.RequestClaim.UnknownOutcomeException;
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
	 * Calls a handler under a claim, when somebody subscribes.
	 */
	static Flux<Object> call(RequestClaim claim, ThrowingCallback<@Nullable Object, Throwable> handler) {
		return subscribe(claim, handler).doOnComplete(claim::leave);
	}

	/**
	 * Like {@link #call}, but when the publisher completes there is more to come.
	 */
	static Flux<Object> begin(RequestClaim claim, ThrowingCallback<@Nullable Object, Throwable> handler) {
		return subscribe(claim, handler);
	}

	private static Flux<Object> subscribe(RequestClaim claim, ThrowingCallback<@Nullable Object, Throwable> handler) {
		return Flux.defer(() -> {
			try {
				claim.enter();
			}
			catch (Throwable refusal) {
				return Flux.error(refusal);
			}
			return publisher(() -> claim.context().call(handler)).doOnError(claim::leave)
				.doOnCancel(() -> claim
					.leave(new UnknownOutcomeException("Nobody waited for the end of the handler", null)));
		}).contextWrite((context) -> context.put(IdempotencyContext.class, claim.context()));
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
