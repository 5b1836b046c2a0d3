package io.idempotent.web.reactive;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.engine.PayloadDigester;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.store.Fingerprint;
import io.idempotent.web.BodyTooLargeException;
import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.KeyHeader;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.RequestContent;
import io.idempotent.web.request.RequestInputs;
import io.idempotent.web.request.UserScopes;
import io.idempotent.web.request.WebOperations;
import io.idempotent.web.request.WebSettings;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.web.server.ServerWebExchange;

/**
 * Claims records for requests to a reactive application, by the key in their header. The
 * store is asked by threads that may block.
 */
public final class ReactiveIdempotencyRequests {

	private final Supplier<IdempotencyEngine> engine;

	private final PayloadDigester digester;

	private final WebSettings settings;

	private final UserScopes scopes;

	private final ReactivePayload payload;

	/**
	 * Creates the component.
	 * @param engine decides; asked when the first request comes
	 * @param digester makes fingerprints
	 * @param settings how keys are taken from requests
	 * @param scopes says whose keys they are
	 */
	public ReactiveIdempotencyRequests(Supplier<IdempotencyEngine> engine, PayloadDigester digester,
			WebSettings settings, UserScopes scopes) {
		this.engine = engine;
		this.digester = digester;
		this.settings = settings;
		this.scopes = scopes;
		this.payload = new ReactivePayload(settings.maxBodySize());
	}

	/**
	 * Defines an operation whose records are claimed for requests.
	 */
	OperationSpec specOf(OperationSpec declared) {
		this.scopes.warnIfShared();
		return WebOperations.specOf(declared);
	}

	/**
	 * Compares all that a request says.
	 */
	@Nullable Fingerprint fingerprint(RequestContent content) {
		return content.fingerprint(this.digester);
	}

	/**
	 * Claims a record for the request.
	 * @param dispatched the request as the handler gets it
	 * @param operation what the handler does
	 * @param compared makes the fingerprint of what is compared, null if a request with
	 * the same key may be another one
	 * @param recordFailures the failures that are outcomes
	 * @param scope whose key it is, besides that of the user; null if all users share it
	 * on purpose
	 * @return the answer to be replayed, empty if the handler is to be called, which goes
	 * on on a thread that may not block; fails with {@link IdempotencyException} if
	 * neither is right, and with {@link BodyTooLargeException} if the body cannot be
	 * compared
	 */
	Mono<RecordedResponse> begin(ServerWebExchange dispatched, Operation operation,
			@Nullable Function<RequestContent, @Nullable Fingerprint> compared,
			Set<Class<? extends Throwable>> recordFailures, @Nullable Supplier<String> scope) {
		ReactiveExchange exchange = ReactiveExchange.of(dispatched);
		if (exchange == null) {
			return Mono.error(() -> new IllegalStateException(
					"%s %s was not guarded by %s: let it pass that filter, and use POST, PUT, PATCH or DELETE"
						.formatted(dispatched.getRequest().getMethod(), dispatched.getRequest().getPath(),
								IdempotencyWebFilter.class.getName())));
		}
		List<String> lines = dispatched.getRequest().getHeaders().getOrEmpty(this.settings.header());
		if (!this.settings.keyRequired() && lines.isEmpty()) {
			exchange.state().leaveUnguarded(operation.name());
			return Mono.empty();
		}
		return ReactiveUser.of(dispatched)
			.zipWith(read(dispatched, exchange, compared == null || !KeyHeader.isReadable(lines)))
			.flatMap((read) -> {
				RequestInputs inputs = new RequestInputs(this.settings.header(), lines,
						() -> this.scopes.scopeOf(read.getT1().orElse(null), scope),
						() -> (compared != null) ? read.getT2().map(compared).orElse(null) : null);
				exchange.state().requireUnclaimed(operation);
				return exchange.beginClaim() ? decide(exchange, new RequestAttempt(operation, recordFailures, inputs))
						: Mono.never();
			});
	}

	/**
	 * By an operator that gives the application, which is asked for the scope, the thread
	 * locals it expects.
	 */
	private Mono<RecordedResponse> decide(ReactiveExchange exchange, RequestAttempt claim) {
		return Mono.just(claim)
			.publishOn(Schedulers.boundedElastic())
			.<CompletableFuture<@Nullable RecordedResponse>>handle(
					(started, sink) -> sink.next(started.start(this.engine.get())))
			.flatMap((decision) -> Mono.<@Nullable RecordedResponse>fromFuture(decision, true))
			.doOnSuccess((recorded) -> {
				if (recorded != null) {
					exchange.replay(recorded);
				}
				else if (claim.take()) {
					exchange.own(claim, this.settings.maxResponseSize());
				}
			})
			.doOnCancel(claim::giveUp)
			.publishOn(Schedulers.parallel());
	}

	private Mono<Optional<RequestContent>> read(ServerWebExchange dispatched, ReactiveExchange exchange,
			boolean unread) {
		return unread ? Mono.just(Optional.empty()) : this.payload.read(dispatched, exchange).map(Optional::of);
	}

}
