package io.idempotent.web.execute;

import io.idempotent.web.OperationFailedException;
import io.idempotent.web.request.ResponsePolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;

/**
 * Answers that operations give by what they throw.
 */
final class ExecuteFailures {

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
		return ResponsePolicy.isReleasing(answer.getStatusCode().value());
	}

}
