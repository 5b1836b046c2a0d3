package io.idempotent.engine.failure;

import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * What a failure of the method says about its outcome.
 */
public enum FailureKind {

	/** It is the outcome. */
	FINAL,

	/** The outcome is not known. */
	AMBIGUOUS,

	/** There is no outcome: the next attempt may run. */
	RELEASED;

	/**
	 * Tells what a failure says.
	 * @param recordFailures the failures that are an outcome
	 * @param unknownFailures those that leave it open
	 */
	public static FailureKind of(Throwable failure, Set<Class<? extends Throwable>> recordFailures,
			UnknownFailures unknownFailures) {
		if (recordFailures.stream().anyMatch((type) -> type.isInstance(failure))) {
			return FINAL;
		}
		return (unknownFailures.include(failure) || CommitFailures.isUnknown(failure)) ? AMBIGUOUS : RELEASED;
	}

	/**
	 * What a stage failed with, without what only says that it came through a stage.
	 */
	public static Throwable unwrap(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : null;
		return (cause != null) ? unwrap(cause) : failure;
	}

}
