package io.idempotent.web.servlet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.web.IdempotencyExceptionHandler;
import io.idempotent.web.IdempotencyProblems;
import io.idempotent.web.request.RefusalHandlers;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers refused requests of Spring MVC before anything of the application that answers
 * every exception: by a method of the application that names the refusal, else by
 * {@link IdempotencyExceptionHandler}, with no converter and no advice on the way.
 */
public final class IdempotencyExceptionResolver implements HandlerExceptionResolver, PriorityOrdered {

	private final IdempotencyExceptionHandler problems;

	private final RefusalHandlers handlers;

	private final Supplier<? extends HandlerExceptionResolver> application;

	/**
	 * Creates the resolver.
	 * @param problems makes the answers
	 * @param handlers finds methods of the application that make them in its place
	 * @param application calls these methods
	 */
	public IdempotencyExceptionResolver(IdempotencyExceptionHandler problems, RefusalHandlers handlers,
			Supplier<? extends HandlerExceptionResolver> application) {
		this.problems = problems;
		this.handlers = handlers;
		this.application = application;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception failure) {
		ResponseEntity<ProblemDetail> problem = this.problems.answer(failure);
		if (problem == null) {
			return null;
		}
		boolean statusless = request.getDispatcherType() == DispatcherType.INCLUDE || response.isCommitted();
		if (statusless && failure instanceof RuntimeException refusal) {
			// whatever includes it is refused; what was sent is broken off, as it is no
			// success
			throw refusal;
		}
		if (failure instanceof IdempotencyException refusal) {
			HandlerMethod own = own((handler instanceof HandlerMethod method) ? method : null, refusal);
			ModelAndView answer = (own != null)
					? this.application.get().resolveException(request, response, own, refusal) : null;
			if (answer != null) {
				return answer;
			}
		}
		try {
			write(problem, request, response);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return new ModelAndView();
	}

	/** The methods of an advice are asked first if that is taken for the controller. */
	private @Nullable HandlerMethod own(@Nullable HandlerMethod handler, IdempotencyException refusal) {
		return this.handlers.isAnsweredBy(handler, refusal) ? handler : this.handlers.find(handler, refusal);
	}

	static void write(ResponseEntity<ProblemDetail> problem, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		byte[] body = IdempotencyProblems.json(problem, request.getRequestURI());
		response.setStatus(problem.getStatusCode().value());
		problem.getHeaders().forEach((name, values) -> response.setHeader(name, String.join(", ", values)));
		response.setContentLength(body.length);
		try {
			response.getOutputStream().write(body);
		}
		catch (IllegalStateException ex) {
			// the handler has asked for the writer
			response.getWriter().write(new String(body, StandardCharsets.US_ASCII));
		}
	}

}
