package io.idempotent.web.execute;

import org.springframework.http.ResponseEntity;

/**
 * An operation was not run. Says only what the client is told: whatever was the cause
 * says nothing about the outcome of the operation.
 */
final class ExecuteRefusedException extends RuntimeException {

	private final transient ResponseEntity<byte[]> answer;

	ExecuteRefusedException(String reason, ResponseEntity<byte[]> answer) {
		super(reason, null, false, false);
		this.answer = answer;
	}

	static ExecuteRefusedException invalid(String sentence) {
		return new ExecuteRefusedException(sentence, ExecuteAnswers.error(400, "INVALID_REQUEST", sentence));
	}

	ResponseEntity<byte[]> answer() {
		return this.answer;
	}

}
