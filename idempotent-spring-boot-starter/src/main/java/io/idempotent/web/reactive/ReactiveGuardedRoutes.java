package io.idempotent.web.reactive;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.engine.AsyncResult;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.operation.ResultShape;
import io.idempotent.web.BodyTooLargeException;
import io.idempotent.web.IdempotencyExceptionHandler;
import io.idempotent.web.ReactiveIdempotentRoutes;
import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.WebOperations;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Makes the filters of functional routes.
 */
public final class ReactiveGuardedRoutes {

	private ReactiveGuardedRoutes() {
	}

	/**
	 * Makes routes whose requests are guarded.
	 * @param requests claims records
	 * @param operations where operations are defined
	 * @param scopeResolver says whose keys they are, besides those of the user
	 * @param problems makes the answers to refused requests
	 * @return the component
	 */
	public static ReactiveIdempotentRoutes guarded(ReactiveIdempotencyRequests requests, Operations operations,
			Supplier<? extends IdempotencyScopeResolver> scopeResolver, IdempotencyExceptionHandler problems) {
		return new ReactiveIdempotentRoutes((name) -> {
			Operation operation = operations.define(requests.specOf(WebOperations.named(name)));
			Guard guard = new Guard(requests, operation, scopeResolver, problems);
			return guard::filter;
		});
	}

	/**
	 * Makes routes whose requests run each time, with the context that its key would give
	 * it: of an application that has switched the guard off.
	 * @param requests makes the context
	 * @return the component
	 */
	public static ReactiveIdempotentRoutes unguarded(ReactiveUnguardedRequests requests) {
		return new ReactiveIdempotentRoutes((name) -> (request, next) -> requests.contextOf(name, request.exchange())
			.flatMap((context) -> context.map((now) -> callIn(now, request, next))
				.orElseGet(() -> next.handle(request))));
	}

	@SuppressWarnings("unchecked") // what is made of a Mono is one
	private static Mono<ServerResponse> callIn(IdempotencyContext context, ServerRequest request,
			HandlerFunction<ServerResponse> next) {
		return ((Mono<ServerResponse>) AsyncResult.of(ResultShape.MONO)
			.unguarded(() -> context, () -> next.handle(request)))
			.map((response) -> new Owned(response, context, () -> {
			}));
	}

	/**
	 * Guards one route.
	 */
	private record Guard(ReactiveIdempotencyRequests requests, Operation operation,
			Supplier<? extends IdempotencyScopeResolver> scopeResolver, IdempotencyExceptionHandler problems) {

		Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
			return this.requests
				.begin(request.exchange(), this.operation, this.requests::fingerprint, Set.of(),
						() -> WebOperations.scopeOf(this.operation, this.scopeResolver.get()))
				.<ServerResponse>map(Replay::new)
				.onErrorResume(IdempotencyException.class, (refusal) -> problem(this.problems.handle(refusal)))
				.onErrorResume(BodyTooLargeException.class, (refusal) -> problem(this.problems.handle(refusal)))
				.map(Optional::of)
				.defaultIfEmpty(Optional.empty())
				.flatMap((answer) -> answer.map(Mono::just).orElseGet(() -> call(request, next)));
		}

	}

	private static Mono<ServerResponse> call(ServerRequest request, HandlerFunction<ServerResponse> next) {
		ReactiveExchange exchange = ReactiveExchange.of(request.exchange());
		RequestAttempt claim = (exchange != null) ? exchange.claim() : null;
		if (exchange == null || claim == null) {
			return next.handle(request);
		}
		// the body of the response may be what does the work
		return ReactiveCalls.begin(claim.handler(), () -> next.handle(request))
			.singleOrEmpty()
			.doOnError(exchange::fail)
			.map((response) -> new Owned((ServerResponse) response, claim.handler().context(), claim.handler()::leave));
	}

	private static Mono<ServerResponse> problem(ResponseEntity<ProblemDetail> answer) {
		return ServerResponse.status(answer.getStatusCode())
			.headers((headers) -> headers.putAll(answer.getHeaders()))
			.build((exchange, context) -> ReactiveRefusals.write(answer, exchange));
	}

	/**
	 * A response that is written in the context of its attempt.
	 */
	private record Owned(ServerResponse response, IdempotencyContext attempt, Runnable end) implements ServerResponse {

		@Override
		public HttpStatusCode statusCode() {
			return this.response.statusCode();
		}

		@Override
		public HttpHeaders headers() {
			return this.response.headers();
		}

		@Override
		public MultiValueMap<String, ResponseCookie> cookies() {
			return this.response.cookies();
		}

		@Override
		public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
			return this.response.writeTo(exchange, context)
				.doOnSuccess((written) -> this.end.run())
				.contextWrite((reactor) -> reactor.put(IdempotencyContext.class, this.attempt));
		}

	}

	/**
	 * A recorded answer as a response.
	 */
	private record Replay(RecordedResponse recorded) implements ServerResponse {

		@Override
		public HttpStatusCode statusCode() {
			return HttpStatusCode.valueOf(this.recorded.status());
		}

		@Override
		public HttpHeaders headers() {
			HttpHeaders headers = new HttpHeaders();
			this.recorded.headers().forEach((header) -> headers.addAll(header.name(), header.values()));
			return headers;
		}

		@Override
		public MultiValueMap<String, ResponseCookie> cookies() {
			return new LinkedMultiValueMap<>();
		}

		@Override
		public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
			return ReactiveReplay.write(this.recorded, exchange.getResponse());
		}

	}

}
