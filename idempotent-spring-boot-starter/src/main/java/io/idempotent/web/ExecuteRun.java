package io.idempotent.web;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyException;
import io.idempotent.RecordedFailureException;
import io.idempotent.engine.Operation;
import io.idempotent.engine.UnavailableResult;
import io.idempotent.engine.UncertainTransactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.ResponseEntity;

/**
 * One run of an operation, under its claim:
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

	private boolean uncertain;

	private @Nullable ResponseEntity<byte[]> failure;

	ExecuteRun(ExecuteOperations operations, Operation operation) {
		this.operations = operations;
		this.operation = operation;
	}

	/**
	 * What the client is told of the failure of this run.
	 * @return null if it has not failed
	 */
	@Nullable ResponseEntity<byte[]> failure() {
		return this.failure;
	}

	/**
	 * Runs the operation.
	 * @return a {@link RecordedResponse}, or an {@link UnavailableResult}
	 */
	<P> Object run(ExecuteCommand command, IdempotentOperationHandler<P, ?> handler) throws Exception {
		P payload = this.operations.read(command, handler);
		Object result;
		try {
			result = handler.handle(payload);
		}
		catch (Throwable failure) {
			this.uncertain = IdempotencyContext.current().filter(UncertainTransactions::isNoticedIn).isPresent();
			RecordedResponse answer = outcome(command, failure);
			if (answer != null) {
				return answer;
			}
			throw failure;
		}
		RecordedResponse answer = this.operations.answer(command, result);
		return (answer != null) ? answer : new UnavailableResult("It could not be encoded: see the log of that call.");
	}

	/**
	 * The outcome that a failure is, null if it is thrown on.
	 */
	private @Nullable RecordedResponse outcome(ExecuteCommand command, Throwable failure) {
		ResponseEntity<byte[]> answer = ExecuteFailures.answerOf(failure);
		boolean unknown = this.uncertain || this.operation.isUnknownAfter(failure);
		boolean declared = failure instanceof OperationFailedException;
		if (answer != null && !ExecuteFailures.isReleasing(answer) && (declared || !unknown)) {
			return ExecuteAnswers.recorded(answer);
		}
		if (!unknown && answer == null && failure instanceof IdempotencyException refusal
				&& !(failure instanceof RecordedFailureException)) {
			answer = ExecuteAnswers.refused(refusal, true);
		}
		this.failure = (answer != null && !unknown) ? answer : ExecuteAnswers.failed();
		if (this.failure.getStatusCode().is5xxServerError()) {
			logger.error("Operation '{}' has failed in {}", command.operation(),
					IdempotencyContext.current().map(Object::toString).orElse(""), failure);
		}
		return null;
	}

}
