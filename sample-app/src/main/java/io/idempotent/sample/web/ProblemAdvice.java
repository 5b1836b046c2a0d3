package io.idempotent.sample.web;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;

import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.OperationInProgressException;
import io.idempotent.sample.chain.CallRejectedException;
import io.idempotent.sample.contract.MethodAlreadyCalledException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Answers with problem bodies (RFC 9457). A later version of the starter brings those of
 * its own exceptions.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(IdempotencyException ex) {
		return problem(status(ex), "idempotency:" + ex.code(), ex, ex.isRetryable(), retryAfter(ex));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(MethodAlreadyCalledException ex) {
		return problem(HttpStatus.CONFLICT, "contract:method-already-called", ex, false, null);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(CallRejectedException ex) {
		return problem(HttpStatus.UNPROCESSABLE_CONTENT, "chain:call-rejected", ex, false, null);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(ConnectException ex) {
		return problem(HttpStatus.SERVICE_UNAVAILABLE, "chain:unavailable", ex, true, Duration.ofSeconds(1));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(SocketTimeoutException ex) {
		return problem(HttpStatus.GATEWAY_TIMEOUT, "chain:timeout", ex, true, Duration.ofSeconds(1));
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		// what the records themselves refuse; anything else may name classes
		String detail = (ex.getMostSpecificCause() instanceof IllegalArgumentException refused) ? refused.getMessage()
				: "The body cannot be read.";
		return handleExceptionInternal(ex, ProblemDetail.forStatusAndDetail(status, detail), headers, status, request);
	}

	private static HttpStatus status(IdempotencyException ex) {
		return switch (ex.outcome()) {
			case KEY_MISSING, KEY_INVALID -> HttpStatus.BAD_REQUEST;
			case IN_PROGRESS, OUTCOME_UNKNOWN, RESULT_UNAVAILABLE, OWNERSHIP_LOST -> HttpStatus.CONFLICT;
			case KEY_REUSED -> HttpStatus.UNPROCESSABLE_CONTENT;
			case STORE_UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
			default -> HttpStatus.INTERNAL_SERVER_ERROR;
		};
	}

	private static @Nullable Duration retryAfter(IdempotencyException ex) {
		if (ex instanceof OperationInProgressException inProgress) {
			return inProgress.retryAfter();
		}
		return (ex instanceof IdempotencyStoreException store) ? store.retryAfter() : null;
	}

	private static ResponseEntity<ProblemDetail> problem(HttpStatus status, String code, Exception ex,
			boolean retryable, @Nullable Duration retryAfter) {
		ProblemDetail body = ProblemDetail.forStatusAndDetail(status, ex.getMessage());
		body.setType(URI.create("urn:problem-type:" + code));
		body.setProperty("code", code.substring(code.indexOf(':') + 1));
		body.setProperty("retryable", retryable);
		ResponseEntity.BodyBuilder response = ResponseEntity.status(status);
		if (retryAfter != null) {
			response.header(HttpHeaders.RETRY_AFTER, String.valueOf(retryAfter.toSeconds()));
		}
		return response.body(body);
	}

}
