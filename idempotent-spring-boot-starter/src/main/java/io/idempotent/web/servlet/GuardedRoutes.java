package io.idempotent.web.servlet;

import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.Operations;
import io.idempotent.web.BodyTooLargeException;
import io.idempotent.web.IdempotencyExceptionHandler;
import io.idempotent.web.IdempotentRoutes;
import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.WebOperations;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Makes the filters of functional routes.
 */
public final class GuardedRoutes {

	private GuardedRoutes() {
	}

	/**
	 * Makes routes whose requests are guarded.
	 * @param requests claims records
	 * @param operations where operations are defined
	 * @param scopeResolver says whose keys they are, besides those of the user
	 * @param problems makes the answers to refused requests
	 * @return the component
	 */
	public static IdempotentRoutes guarded(IdempotencyRequests requests, Operations operations,
			Supplier<? extends IdempotencyScopeResolver> scopeResolver, IdempotencyExceptionHandler problems) {
		return new IdempotentRoutes((name) -> {
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
	public static IdempotentRoutes unguarded(UnguardedRequests requests) {
		return new IdempotentRoutes((name) -> (request, next) -> {
			IdempotencyContext context = requests.contextOf(name, request.servletRequest());
			return (context != null) ? call(context::call, () -> next.handle(request)) : next.handle(request);
		});
	}

	private static ServerResponse call(Caller caller, ThrowingCallback<@Nullable Object, Throwable> handler)
			throws Exception {
		try {
			return (ServerResponse) Objects.requireNonNull(caller.call(handler));
		}
		catch (Exception | Error failure) {
			throw failure;
		}
		catch (Throwable failure) {
			throw new IllegalStateException(failure);
		}
	}

	/**
	 * Calls a handler in the context of its attempt.
	 */
	@FunctionalInterface
	private interface Caller {

		@Nullable Object call(ThrowingCallback<@Nullable Object, Throwable> handler) throws Throwable;

	}

	/**
	 * Guards one route.
	 */
	private record Guard(IdempotencyRequests requests, Operation operation,
			Supplier<? extends IdempotencyScopeResolver> scopeResolver, IdempotencyExceptionHandler problems) {

		ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next) throws Exception {
			RecordedResponse recorded;
			try {
				recorded = this.requests.begin(request.servletRequest(), this.operation, this.requests::fingerprint,
						Set.of(), () -> WebOperations.scopeOf(this.operation, this.scopeResolver.get()));
			}
			catch (IdempotencyException refusal) {
				return problem(this.problems.handle(refusal));
			}
			catch (BodyTooLargeException refusal) {
				return problem(this.problems.handle(refusal));
			}
			if (recorded != null) {
				return new Replay(recorded);
			}
			Exchange exchange = Exchange.of(request.servletRequest());
			RequestAttempt claim = (exchange != null) ? exchange.claim() : null;
			return (claim != null) ? call(claim.handler()::call, () -> next.handle(request)) : next.handle(request);
		}

	}

	private static ServerResponse problem(ResponseEntity<ProblemDetail> answer) {
		return ServerResponse.status(answer.getStatusCode())
			.headers((headers) -> headers.putAll(answer.getHeaders()))
			.build((request, response) -> {
				IdempotencyExceptionResolver.write(answer, request, response);
				return null;
			});
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
		public MultiValueMap<String, Cookie> cookies() {
			return new LinkedMultiValueMap<>();
		}

		@Override
		public @Nullable ModelAndView writeTo(HttpServletRequest request, HttpServletResponse response, Context context)
				throws IOException {
			ServletReplay.write(this.recorded, response);
			return null;
		}

	}

}
