package io.idempotent.web.execute;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.OperationInProgressException;
import io.idempotent.web.IdempotencyProblems;
import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.WebSettings;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/**
 * The answers of the execute API, whose shapes do not depend on any setting of the
 * application. What they say is for clients: nothing about properties, beans or classes.
 */
public final class ExecuteAnswers {

	static final String OPERATION_FAILED = "OPERATION_FAILED";

	private static final JsonMapper JSON = JsonMapper.shared();

	private ExecuteAnswers() {
	}

	/**
	 * What is recorded of an operation that has returned.
	 * @param result the JSON of its result
	 */
	static RecordedResponse completed(byte[] result) {
		byte[] start = "{\"status\":\"completed\",\"result\":".getBytes(StandardCharsets.UTF_8);
		byte[] body = new byte[start.length + result.length + 1];
		System.arraycopy(start, 0, body, 0, start.length);
		System.arraycopy(result, 0, body, start.length, result.length);
		body[body.length - 1] = '}';
		return recorded(ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(body));
	}

	/**
	 * What is recorded of an answer.
	 */
	static RecordedResponse recorded(ResponseEntity<byte[]> answer) {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(answer.getHeaders().getContentType());
		return RecordedResponse.of(answer.getStatusCode(), headers, bodyOf(answer));
	}

	/**
	 * The answer of a record.
	 */
	static ResponseEntity<byte[]> of(RecordedResponse recorded, boolean replayed) {
		ResponseEntity.BodyBuilder answer = ResponseEntity.status(recorded.status());
		recorded.headers().forEach((header) -> answer.header(header.name(), header.values().toArray(String[]::new)));
		if (replayed) {
			answer.header(WebSettings.REPLAYED_HEADER, "true");
		}
		if (replayed || recorded.status() >= 400) {
			answer.cacheControl(CacheControl.noStore());
		}
		return answer.body(recorded.body());
	}

	static ResponseEntity<byte[]> error(int status, String code, String message) {
		return error(ResponseEntity.status(status), code, message);
	}

	static ResponseEntity<byte[]> error(ResponseEntity.BodyBuilder answer, String code, String message) {
		ObjectNode body = JSON.createObjectNode();
		body.putObject("error").put("code", code).put("message", message);
		return uncached(answer, body);
	}

	static ResponseEntity<byte[]> failed() {
		return error(500, OPERATION_FAILED, "The operation has failed. The same request may be sent again.");
	}

	/**
	 * The answer to a refused call.
	 * @param inner whether something was refused that the operation had called
	 */
	public static ResponseEntity<byte[]> refused(IdempotencyException refusal, boolean inner) {
		return switch (refusal.outcome()) {
			case IN_PROGRESS -> processing(((OperationInProgressException) refusal).retryAfter());
			case KEY_REUSED -> error(422, "IDEMPOTENCY_KEY_REUSED", inner
					? "A step of the operation was done before with other values, so it was not done again."
					: "The idempotency key was used before for another operation or payload, so nothing was run. Use a new key for a new request.");
			case OUTCOME_UNKNOWN -> error(409, "OUTCOME_UNKNOWN", (inner ? "A step of the operation" : "The operation")
					+ " was started before, and whether it has happened is not known. It is not run again until that is settled.");
			case RESULT_UNAVAILABLE -> unavailable(inner ? "A step of the operation" : "The operation");
			case OWNERSHIP_LOST -> error(
					ResponseEntity.status(409)
						.header(HttpHeaders.RETRY_AFTER, seconds(IdempotencyProblems.RETRY_AFTER)),
					"OWNERSHIP_LOST",
					"The operation took too long, and another attempt decides its outcome. Send the same request again to get it.");
			case STORE_UNAVAILABLE -> storeUnavailable((IdempotencyStoreException) refusal);
			default -> failed();
		};
	}

	private static ResponseEntity<byte[]> storeUnavailable(IdempotencyStoreException refusal) {
		String sentence = "It cannot be found out whether the request was made before, so nothing was run.";
		return refusal.isRetryable()
				? error(ResponseEntity.status(503).header(HttpHeaders.RETRY_AFTER, seconds(refusal.retryAfter())),
						"STORE_UNAVAILABLE", sentence + " Send the same request again.")
				: error(503, "STORE_UNAVAILABLE", sentence);
	}

	/**
	 * The answer to a call whose operation has finished without a result to give.
	 */
	static ResponseEntity<byte[]> unavailable(String what) {
		return error(409, "RESULT_UNAVAILABLE",
				what + " has finished and is not run again, but its result cannot be given back.");
	}

	static ResponseEntity<byte[]> processing(Duration retryAfter) {
		ResponseEntity.BodyBuilder answer = ResponseEntity.accepted()
			.header(HttpHeaders.RETRY_AFTER, seconds(retryAfter));
		return uncached(answer, JSON.createObjectNode().put("status", "processing"));
	}

	private static ResponseEntity<byte[]> uncached(ResponseEntity.BodyBuilder answer, ObjectNode body) {
		return answer.cacheControl(CacheControl.noStore())
			.contentType(MediaType.APPLICATION_JSON)
			.body(JSON.writeValueAsBytes(body));
	}

	public static byte[] bodyOf(ResponseEntity<byte[]> answer) {
		byte[] body = answer.getBody();
		return (body != null) ? body : new byte[0];
	}

	private static String seconds(Duration duration) {
		return String.valueOf(Math.max(1, duration.toSeconds()));
	}

}
