package io.idempotent.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.claim.Call;
import io.idempotent.engine.operation.Operation;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;

/**
 * The result comes with a {@code Mono}, or as the list of all elements with a
 * {@code Flux}. Each subscription is a call of its own: the method runs for the first,
 * the others are duplicates. The only class that knows Reactor.
 *
 * @param many whether it is a {@code Flux}
 */
record ReactorResult(boolean many) implements AsyncResult {

	static final AsyncResult OF_MONO = new ReactorResult(false);

	static final AsyncResult OF_FLUX = new ReactorResult(true);

	@Override
	public Object guard(DeferredMethod method) {
		Mono<Object> result = TransactionSynchronizationManager.forCurrentTransaction()
			.map(TransactionSynchronizationManager::isActualTransactionActive)
			.onErrorReturn(NoTransactionException.class, false)
			.flatMap((surrounded) -> Mono.deferContextual((context) -> start(method, context, surrounded)));
		return this.many ? result.flatMapIterable((list) -> (List<?>) list) : result;
	}

	/**
	 * Key and payload are read by the thread that subscribes, and the store is asked by
	 * one that may block. A subscriber that cancels takes back only its own interest.
	 */
	private Mono<Object> start(DeferredMethod method, ContextView context, boolean surrounded) {
		Call call = method.read();
		boolean detached = call.operation().detached();
		return Mono.fromFuture(method.start(call, () -> subscribe(method.callback().call(), context, detached),
				(surrounded && !detached) ? (task) -> refuse(call.operation())
						: Schedulers.boundedElastic()::schedule));
	}

	/**
	 * It would be finished before a transaction that may still roll back, and which a
	 * subscriber that cancels ends under its feet.
	 */
	private static void refuse(Operation operation) {
		throw new IllegalStateException(
				("Operation '%s' was called inside of a reactive transaction, whose end it cannot wait for: call it outside "
						+ "of the transaction and make the method itself transactional, or use transaction = DETACHED.")
					.formatted(operation.name()));
	}

	@Override
	public Object unguarded(Supplier<@Nullable IdempotencyContext> context, ThrowingCallback<?, ?> method) {
		Flux<Object> result = Flux.defer(() -> {
			IdempotencyContext current = context.get();
			try {
				Object publisher = AsyncResult.call(current, method);
				Flux<Object> elements = (publisher != null) ? Flux.from((Publisher<?>) publisher) : Flux.empty();
				return (current != null) ? elements.contextWrite((own) -> own.put(IdempotencyContext.class, current))
						: elements;
			}
			catch (Throwable ex) {
				return Flux.error(ex);
			}
		});
		return this.many ? result : result.singleOrEmpty();
	}

	private CompletionStage<?> subscribe(@Nullable Object publisher, ContextView context, boolean detached) {
		if (publisher == null) {
			return CompletableFuture.completedFuture(null);
		}
		Mono<?> result = this.many ? ((Flux<?>) publisher).collectList() : (Mono<?>) publisher;
		IdempotencyContext current = IdempotencyContext.current().orElseThrow();
		return result
			.contextWrite(
					(own) -> own.putAll(detached ? outside(context) : context).put(IdempotencyContext.class, current))
			.toFuture();
	}

	/**
	 * All but the transaction of the subscriber, which stands under classes of Spring
	 * that are not public.
	 */
	private static ContextView outside(ContextView context) {
		Context outside = Context.empty();
		for (Map.Entry<Object, Object> entry : context.stream().toList()) {
			if (!(entry.getKey() instanceof Class<?> type
					&& type.getPackage() == TransactionSynchronizationManager.class.getPackage())) {
				outside = outside.put(entry.getKey(), entry.getValue());
			}
		}
		return outside;
	}

}
