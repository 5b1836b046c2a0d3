package io.idempotent.web;

import io.idempotent.IdempotencyException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/**
 * Answers requests that were refused, whether by their header or by a service that they
 * called, with problem details. An application answers them in its own way with an
 * {@code @ExceptionHandler} method that names the refusal, or a bean of this type.
 */
@ControllerAdvice
@Order(IdempotencyExceptionHandler.ORDER)
public class IdempotencyExceptionHandler {

	/** Before advice that handles every exception. */
	public static final int ORDER = -100;

	private final IdempotencyProblems problems;

	/**
	 * Creates the handler.
	 * @param problems makes the answers
	 */
	public IdempotencyExceptionHandler(IdempotencyProblems problems) {
		this.problems = problems;
	}

	/**
	 * Answers a refusal.
	 * @return null if the failure is something else
	 */
	public @Nullable ResponseEntity<ProblemDetail> answer(Throwable failure) {
		if (failure instanceof IdempotencyException refusal) {
			return handle(refusal);
		}
		return (failure instanceof BodyTooLargeException refusal) ? handle(refusal) : null;
	}

	/**
	 * Answers a request that was refused.
	 * @param refusal the refusal
	 * @return the answer
	 */
	@ExceptionHandler
	public ResponseEntity<ProblemDetail> handle(IdempotencyException refusal) {
		return this.problems.toResponse(refusal);
	}

	/**
	 * Answers a request whose body cannot be compared.
	 * @param refusal the refusal
	 * @return the answer
	 */
	@ExceptionHandler
	public ResponseEntity<ProblemDetail> handle(BodyTooLargeException refusal) {
		return this.problems.toResponse(refusal);
	}

}
