package io.idempotent.web.execute;

import java.util.concurrent.CompletionException;

import io.idempotent.IdempotencyException;
import io.idempotent.RecordedFailureException;
import io.idempotent.engine.claim.Attempt;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.outcome.UnavailableResult;
import io.idempotent.engine.transaction.CommitFailureListener;
import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.OperationFailedException;
import io.idempotent.web.RecordedResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.ResponseEntity;

/**
 * One run of an operation, by the owner of its record:
 * <ol>
 * <li>The payload is not valid: released. Asked here, as a replay must not be refused by
 * a rule that has changed since.</li>
 * <li>The operation returns, or declares that it has failed for good: recorded.</li>
 * <li>It fails in a way that leaves open what happened: abandoned.</li>
 * <li>Any other failure, and what it called was refused: released.</li>
 * </ol>
 */
final class ExecuteRun {

	private static final Logger logger = LoggerFactory.getLogger(ExecuteRun.class);

	private final ExecuteOperations operations;

	private final Operation operation;

	private final Attempt attempt;

	ExecuteRun(ExecuteOperations operations, Operation operation, Attempt attempt) {
		this.operations = operations;
		this.operation = operation;
		this.attempt = attempt;
	}

	/**
	 * Runs the operation, and ends the attempt.
	 * @return what the client is told
	 * @throws IdempotencyException if another owner has taken over meanwhile
	 */
	<P> ResponseEntity<byte[]> run(ExecuteCommand command, IdempotentOperationHandler<P, ?> handler) {
		P payload;
		try {
			payload = this.operations.read(command, handler);
		}
		catch (ExecuteRefusedException ex) {
			this.attempt.release(ex).join();
			return ex.answer();
		}
		Object result;
		try {
			result = this.attempt.context().call(() -> handler.handle(payload));
		}
		catch (Throwable failure) {
			return failed(command, failure);
		}
		RecordedResponse answer = this.operations.answer(command, result);
		if (answer != null) {
			return record(answer);
		}
		complete(new UnavailableResult("It could not be encoded: see the log of that call."));
		return ExecuteAnswers.unavailable("The operation");
	}

	private ResponseEntity<byte[]> failed(ExecuteCommand command, Throwable failure) {
		ResponseEntity<byte[]> declared = ExecuteFailures.answerOf(failure);
		boolean unknown = CommitFailureListener.isNoticedIn(this.attempt.context())
				|| this.operation.isUnknownAfter(failure);
		if (declared != null && !ExecuteFailures.isReleasing(declared)
				&& (failure instanceof OperationFailedException || !unknown)) {
			return record(ExecuteAnswers.recorded(declared));
		}
		ResponseEntity<byte[]> answer = unknown ? ExecuteAnswers.failed() : answerOf(declared, failure);
		if (answer.getStatusCode().is5xxServerError()) {
			logger.error("Operation '{}' has failed in {}", command.operation(), this.attempt.context(), failure);
		}
		(unknown ? this.attempt.abandon(failure) : this.attempt.release(failure)).join();
		return answer;
	}

	private static ResponseEntity<byte[]> answerOf(@Nullable ResponseEntity<byte[]> declared, Throwable failure) {
		if (declared != null) {
			return declared;
		}
		return (failure instanceof IdempotencyException refusal && !(failure instanceof RecordedFailureException))
				? ExecuteAnswers.refused(refusal, true) : ExecuteAnswers.failed();
	}

	private ResponseEntity<byte[]> record(RecordedResponse answer) {
		complete(answer);
		return ExecuteAnswers.of(answer, false);
	}

	private void complete(Object result) {
		try {
			this.attempt.complete(result).join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof IdempotencyException refusal) ? refusal : ex;
		}
	}

}
