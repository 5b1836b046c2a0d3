package io.idempotent.web;

import java.net.URI;
import java.time.Duration;

import io.idempotent.IdempotencyException;
import io.idempotent.OperationInProgressException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;

/**
 * Says refusals as problem details (RFC 9457). Clients match on {@code type} or
 * {@code code}, which are stable, and on {@code retryable}. What they are told is for
 * clients; the message of the refusal, which is for developers, goes to the log.
 */
public final class IdempotencyProblems {

	/** When to send a request again that was refused for now. */
	public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(IdempotencyProblems.class);

	private static final String DEFAULT_BASE = "urn:problem-type:idempotency:";

	/** In ASCII, whatever the charset is that a handler has chosen. */
	private static final JsonMapper JSON = JsonMapper.builder()
		.enable(JsonWriteFeature.ESCAPE_NON_ASCII)
		.addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class)
		.build();

	private final String base;

	private final String header;

	/**
	 * Creates the component.
	 * @param base what the types begin with, null for a URN
	 * @param header the name of the header with the key
	 */
	public IdempotencyProblems(@Nullable String base, String header) {
		this.header = header;
		this.base = (base != null) ? base : DEFAULT_BASE;
	}

	/**
	 * Makes the answer to a refused request.
	 * @param refusal the refusal
	 * @return status, headers and problem
	 */
	public ResponseEntity<ProblemDetail> toResponse(IdempotencyException refusal) {
		if (refusal.isRetryable()) {
			logger.debug("Refused with {}: {}", refusal.code(), refusal.getMessage());
		}
		else {
			logger.info("Refused with {}: {}", refusal.code(), refusal.getMessage());
		}
		return response(statusOf(refusal), refusal.code(), detailOf(refusal), refusal.isRetryable(),
				retryAfter(refusal));
	}

	/**
	 * Makes the answer to a request whose body cannot be compared.
	 * @param refusal the refusal
	 * @return status, headers and problem
	 */
	public ResponseEntity<ProblemDetail> toResponse(BodyTooLargeException refusal) {
		return response(HttpStatus.CONTENT_TOO_LARGE, "body-too-large", refusal.getMessage(), false, null);
	}

	/**
	 * Where the key of a request is looked for, for people.
	 * @param header the name of the header
	 * @return such as {@code header 'Idempotency-Key'}
	 */
	public static String keySourceOf(String header) {
		return "header '%s'".formatted(header);
	}

	/**
	 * The JSON of an answer, whatever the settings of the application are.
	 */
	public static byte[] json(ResponseEntity<ProblemDetail> answer, String path) {
		ProblemDetail problem = answer.getBody();
		if (problem == null) {
			return new byte[0];
		}
		if (problem.getInstance() == null) {
			try {
				problem.setInstance(URI.create(path));
			}
			catch (IllegalArgumentException ex) {
				// a path that a server accepts although it is no URI
			}
		}
		return JSON.writeValueAsBytes(problem);
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
		return refusal.isRetryable() ? RETRY_AFTER : null;
	}

	private String detailOf(IdempotencyException refusal) {
		String key = refusal.maskedKey();
		return switch (refusal.outcome()) {
			case KEY_MISSING ->
				"The request has no idempotency key%s, or an empty one, so nothing was done. Send a key that is new for each request, and the same for its retries."
					.formatted(placeOf(refusal));
			case KEY_INVALID -> (refusal.getCause() instanceof MalformedKeyException malformed)
					? "The idempotency key is malformed: %s. Nothing was done.".formatted(malformed.getMessage())
					: "The idempotency key %s cannot be used for this request, so nothing was done: it is too long, whose it is cannot be told, or the request cannot be compared with another."
						.formatted(key);
			case IN_PROGRESS ->
				"The request with the idempotency key %s is in progress, so it was not started again. Send it again later."
					.formatted(key);
			case KEY_REUSED ->
				"The idempotency key %s was used before for another request, so nothing was done. Use a new key for a new request."
					.formatted(key);
			case OUTCOME_UNKNOWN ->
				"The request with the idempotency key %s was started before, and whether it has happened is not known. It is not started again until that is settled."
					.formatted(key);
			case RESULT_UNAVAILABLE ->
				"The request with the idempotency key %s is done and is not done again, but its answer cannot be given back."
					.formatted(key);
			case OWNERSHIP_LOST ->
				"The request with the idempotency key %s took too long, and another attempt decides its outcome. Send it again to get that."
					.formatted(key);
			case STORE_UNAVAILABLE -> refusal.isRetryable()
					? "It cannot be found out whether the request was made before, so nothing was done. Send it again later."
					: "It cannot be found out whether the request was made before, so nothing was done. To send it again does not help.";
			default ->
				"The request with the idempotency key %s has failed before, and is not done again.".formatted(key);
		};
	}

	/** Keys of services come with something else. */
	private String placeOf(IdempotencyException refusal) {
		return String.valueOf(refusal.getMessage()).contains(keySourceOf(this.header))
				? " in the header '%s'".formatted(this.header) : "";
	}

	private ResponseEntity<ProblemDetail> response(HttpStatus status, String code, @Nullable String detail,
			boolean retryable, @Nullable Duration retryAfter) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
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
