package io.idempotent.engine;

import java.util.concurrent.CompletionException;

/**
 * What a failure of the method says about its outcome.
 */
enum Failures {

	/** It is the outcome. */
	FINAL,

	/** Nobody knows the outcome. */
	AMBIGUOUS,

	/** There is no outcome: the next attempt may run. */
	RELEASED;

	static Failures classify(Throwable failure, Operation operation) {
		if (operation.recordFailures().stream().anyMatch((type) -> type.isInstance(failure))) {
			return FINAL;
		}
		return (operation.unknownFailures().include(failure) || CommitFailures.isUnknown(failure)) ? AMBIGUOUS
				: RELEASED;
	}

	/**
	 * What a stage failed with, without what only says that it came through a stage.
	 */
	static Throwable unwrap(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : null;
		return (cause != null) ? unwrap(cause) : failure;
	}

}
