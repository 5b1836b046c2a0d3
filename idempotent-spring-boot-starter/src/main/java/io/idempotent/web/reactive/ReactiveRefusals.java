package io.idempotent.web.reactive;

import io.idempotent.IdempotencyException;
import io.idempotent.web.IdempotencyExceptionHandler;
import io.idempotent.web.IdempotencyProblems;
import io.idempotent.web.request.RefusalHandlers;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.DispatchExceptionHandler;
import org.springframework.web.reactive.HandlerResult;
import org.springframework.web.server.ServerWebExchange;

/**
 * Answers refused requests of WebFlux before anything of the application that answers
 * every exception: by a method of the application that names the refusal, else by
 * {@link IdempotencyExceptionHandler}, with no codec on the way.
 */
public final class ReactiveRefusals {

	private final IdempotencyExceptionHandler problems;

	private final RefusalHandlers handlers;

	/**
	 * Creates the component.
	 * @param problems makes the answers
	 * @param handlers finds methods of the application that make them in its place
	 */
	public ReactiveRefusals(IdempotencyExceptionHandler problems, RefusalHandlers handlers) {
		this.problems = problems;
		this.handlers = handlers;
	}

	/**
	 * Whether a controller answers a refusal itself.
	 */
	boolean isAnsweredBy(HandlerMethod handler, Throwable failure) {
		return failure instanceof IdempotencyException && this.handlers.isAnsweredBy(handler, failure);
	}

	/**
	 * Answers a refusal, and leaves other failures to the application.
	 * @param handler what has failed, null if it is not known
	 * @param local asks the controller, then all advices
	 * @param global asks all advices
	 */
	Mono<HandlerResult> handle(ServerWebExchange exchange, Throwable failure, @Nullable HandlerMethod handler,
			DispatchExceptionHandler local, DispatchExceptionHandler global) {
		ResponseEntity<ProblemDetail> problem = this.problems.answer(failure);
		if (problem == null || this.handlers.isAnsweredBy(handler, failure)) {
			return local.handleError(exchange, failure);
		}
		if (failure instanceof IdempotencyException && this.handlers.isAnsweredByFirst(failure)) {
			return global.handleError(exchange, failure);
		}
		return write(problem, exchange).then(Mono.empty());
	}

	/**
	 * Answers a refusal that no handler is known for.
	 * @return fails with other failures, and if the answer has begun
	 */
	public Mono<Void> answer(ServerWebExchange exchange, Throwable failure) {
		ResponseEntity<ProblemDetail> problem = this.problems.answer(failure);
		return (problem == null || exchange.getResponse().isCommitted()) ? Mono.error(failure)
				: write(problem, exchange);
	}

	static Mono<Void> write(ResponseEntity<ProblemDetail> problem, ServerWebExchange exchange) {
		ServerHttpResponse response = exchange.getResponse();
		byte[] body = IdempotencyProblems.json(problem, exchange.getRequest().getPath().value());
		response.setStatusCode(problem.getStatusCode());
		response.getHeaders().clearContentHeaders();
		problem.getHeaders().forEach(response.getHeaders()::put);
		response.getHeaders().setContentLength(body.length);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
	}

}
