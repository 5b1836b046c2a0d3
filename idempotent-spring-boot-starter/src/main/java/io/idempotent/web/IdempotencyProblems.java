package io.idempotent.web;

import java.net.URI;
import java.time.Duration;

import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.OperationInProgressException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/**
 * Says refusals as problem details (RFC 9457). Clients match on {@code type} or
 * {@code code}, which are stable, and on {@code retryable}.
 */
public final class IdempotencyProblems {

	private static final String DEFAULT_BASE = "urn:problem-type:idempotency:";

	private final String base;

	/**
	 * Creates the component.
	 * @param base what the types begin with, null for a URN
	 */
	public IdempotencyProblems(@Nullable String base) {
		this.base = (base != null) ? base : DEFAULT_BASE;
	}

	/**
	 * Makes the answer to a refused request.
	 * @param refusal the refusal
	 * @return status, headers and problem
	 */
	public ResponseEntity<ProblemDetail> toResponse(IdempotencyException refusal) {
		return response(statusOf(refusal), refusal.code(), refusal, refusal.isRetryable(), retryAfter(refusal));
	}

	/**
	 * Makes the answer to a request whose body cannot be compared.
	 * @param refusal the refusal
	 * @return status, headers and problem
	 */
	public ResponseEntity<ProblemDetail> toResponse(BodyTooLargeException refusal) {
		return response(HttpStatus.CONTENT_TOO_LARGE, "body-too-large", refusal, false, null);
	}

	private static HttpStatus statusOf(IdempotencyException refusal) {
		return switch (refusal.outcome()) {
			case KEY_MISSING, KEY_INVALID -> HttpStatus.BAD_REQUEST;
			case IN_PROGRESS, OUTCOME_UNKNOWN, RESULT_UNAVAILABLE, OWNERSHIP_LOST -> HttpStatus.CONFLICT;
			case KEY_REUSED -> HttpStatus.UNPROCESSABLE_CONTENT;
			case STORE_UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
			default -> HttpStatus.INTERNAL_SERVER_ERROR;
		};
	}

	private static @Nullable Duration retryAfter(IdempotencyException refusal) {
		if (refusal instanceof OperationInProgressException inProgress) {
			return inProgress.retryAfter();
		}
		return (refusal instanceof IdempotencyStoreException store && store.isRetryable()) ? store.retryAfter() : null;
	}

	private ResponseEntity<ProblemDetail> response(HttpStatus status, String code, RuntimeException refusal,
			boolean retryable, @Nullable Duration retryAfter) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, refusal.getMessage());
		problem.setType(URI.create(this.base + code));
		problem.setProperty("code", code);
		problem.setProperty("retryable", retryable);
		ResponseEntity.BodyBuilder response = ResponseEntity.status(status)
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.header(HttpHeaders.CACHE_CONTROL, "no-store");
		if (retryAfter != null) {
			response.header(HttpHeaders.RETRY_AFTER, String.valueOf(Math.max(1, retryAfter.toSeconds())));
		}
		return response.body(problem);
	}

}
