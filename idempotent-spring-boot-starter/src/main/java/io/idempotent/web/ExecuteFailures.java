package io.idempotent.web;

import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;

/**
 * Answers that operations give by what they throw.
 */
final class ExecuteFailures {

	/** They say "later" or "not you". */
	private static final Set<Integer> RELEASING = Set.of(HttpStatus.UNAUTHORIZED.value(), HttpStatus.FORBIDDEN.value(),
			HttpStatus.REQUEST_TIMEOUT.value(), HttpStatus.TOO_EARLY.value(), HttpStatus.TOO_MANY_REQUESTS.value());

	private ExecuteFailures() {
	}

	/**
	 * The answer that a failure is.
	 * @return null if it is none
	 */
	static @Nullable ResponseEntity<byte[]> answerOf(Throwable failure) {
		if (failure instanceof OperationFailedException declared) {
			return ExecuteAnswers.error(declared.status().value(), declared.code(),
					(declared.getMessage() != null) ? declared.getMessage() : "");
		}
		if (failure instanceof ErrorResponse response && response.getStatusCode().is4xxClientError()) {
			String detail = response.getBody().getDetail();
			return ExecuteAnswers.error(response.getStatusCode().value(), ExecuteAnswers.OPERATION_FAILED,
					(detail != null) ? detail : "The operation has failed.");
		}
		return null;
	}

	/**
	 * Whether retries run after an answer instead of getting it.
	 */
	static boolean isReleasing(ResponseEntity<byte[]> answer) {
		return RELEASING.contains(answer.getStatusCode().value());
	}

}
