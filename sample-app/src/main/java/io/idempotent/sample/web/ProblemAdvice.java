package io.idempotent.sample.web;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;

import io.idempotent.sample.chain.CallRejectedException;
import io.idempotent.sample.contract.MethodAlreadyCalledException;
import io.idempotent.sample.vote.AlreadyVotedException;
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
 * Answers with the problem bodies (RFC 9457) of this application. Those of the starter's
 * exceptions come with the starter.
 */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(MethodAlreadyCalledException ex) {
		return problem(HttpStatus.CONFLICT, "contract:method-already-called", ex, false, null);
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> handle(AlreadyVotedException ex) {
		return problem(HttpStatus.CONFLICT, "vote:already-voted", ex, false, null);
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
