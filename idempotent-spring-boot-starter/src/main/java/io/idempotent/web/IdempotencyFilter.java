package io.idempotent.web;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.idempotent.IdempotencyException;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpMethod;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets requests that change something be claimed by their handlers, and records the
 * answer before it is sent. To be placed after authentication. Decides nothing, and asks
 * no store on its own.
 */
public final class IdempotencyFilter extends OncePerRequestFilter {

	private static final Set<String> METHODS = Set.of(HttpMethod.POST.name(), HttpMethod.PUT.name(),
			HttpMethod.PATCH.name(), HttpMethod.DELETE.name());

	private static final JsonMapper JSON = JsonMapper.shared();

	private final AnswerRecorder recorder;

	private final IdempotencyProblems problems;

	/**
	 * Creates the filter.
	 * @param settings which answers are recorded
	 * @param problems makes the answer if that is refused
	 */
	public IdempotencyFilter(WebSettings settings, IdempotencyProblems problems) {
		this.recorder = new AnswerRecorder(settings.serverErrorsRecorded());
		this.problems = problems;
	}

	/** The handlers of other methods cannot be annotated. */
	static boolean isGuarded(String method) {
		return METHODS.contains(method);
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		return !isGuarded(request.getMethod());
	}

	/** The answer may come with a later dispatch. */
	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Exchange exchange = isAsyncDispatch(request) ? Exchange.of(request) : null;
		if (exchange != null) {
			filter(exchange, request, () -> chain.doFilter(request, response));
		}
		else {
			Exchange opened = Exchange.open(request, response);
			filter(opened, request, () -> chain.doFilter(opened.request(), opened.response()));
		}
	}

	private void filter(Exchange exchange, HttpServletRequest request, Chain chain)
			throws ServletException, IOException {
		try {
			chain.proceed();
		}
		catch (Throwable thrown) {
			fail(exchange, thrown);
			throw thrown;
		}
		RequestClaim claim = exchange.claim();
		if (claim == null) {
			return;
		}
		if (!request.isAsyncStarted()) {
			end(exchange, claim);
			return;
		}
		if (!isAsyncStarted(request)) {
			// by the handler itself: nobody can tell when its answer is whole
			exchange.response().passThrough();
		}
		if (!exchange.goOnAsynchronously()) {
			request.getAsyncContext().addListener(new Watch(claim));
		}
	}

	private void end(Exchange exchange, RequestClaim claim) throws IOException {
		if (claim.isEnded()) {
			return;
		}
		try {
			this.recorder.end(exchange, claim, null);
		}
		catch (IdempotencyException refusal) {
			exchange.response()
				.recorded()
				.headers()
				.forEach((header) -> exchange.response().setHeader(header.name(), null));
			exchange.response().discard();
			send(this.problems.toResponse(refusal), exchange);
			return;
		}
		exchange.response().send();
	}

	/** What the container gets is what was thrown, whatever becomes of the record. */
	private void fail(Exchange exchange, Throwable thrown) {
		RequestClaim claim = exchange.claim();
		if (claim == null || claim.isEnded()) {
			return;
		}
		try {
			this.recorder.end(exchange, claim, thrown);
		}
		catch (RuntimeException ex) {
			thrown.addSuppressed(ex);
		}
		exchange.response().discard();
	}

	private static void send(ResponseEntity<ProblemDetail> answer, Exchange exchange) throws IOException {
		HttpServletResponse response = exchange.response();
		response.setStatus(answer.getStatusCode().value());
		answer.getHeaders().forEach((name, values) -> response.setHeader(name, values.get(0)));
		ProblemDetail problem = Objects.requireNonNull(answer.getBody());
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("type", problem.getType());
		members.put("title", problem.getTitle());
		members.put("status", problem.getStatus());
		members.put("detail", problem.getDetail());
		members.put("instance", exchange.request().getRequestURI());
		members.putAll(Objects.requireNonNull(problem.getProperties()));
		response.getOutputStream().write(JSON.writeValueAsBytes(members));
	}

	private interface Chain {

		void proceed() throws ServletException, IOException;

	}

	/**
	 * Notices that an asynchronous request has ended without another dispatch.
	 */
	private final class Watch implements AsyncListener {

		private final RequestClaim claim;

		private Watch(RequestClaim claim) {
			this.claim = claim;
		}

		@Override
		public void onComplete(AsyncEvent event) {
			if (!this.claim.isEnded()) {
				IdempotencyFilter.this.recorder.abandon(this.claim);
			}
		}

		@Override
		public void onTimeout(AsyncEvent event) {
		}

		@Override
		public void onError(AsyncEvent event) {
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

}
