package io.idempotent.engine;

import java.net.http.HttpConnectTimeoutException;
import java.util.Set;
import java.util.concurrent.CompletionException;

import org.jspecify.annotations.Nullable;

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

	/** Deeper than any real chain of causes, to end in cyclic ones. */
	private static final int MAX_DEPTH = 100;

	static Failures classify(Throwable failure, Operation operation) {
		if (contains(operation.recordFailures(), failure)) {
			return FINAL;
		}
		@Nullable Throwable cause = failure;
		for (int depth = 0; cause != null && depth < MAX_DEPTH; depth++) {
			if (isUnknown(operation.unknownFailures(), cause)) {
				return AMBIGUOUS;
			}
			cause = cause.getCause();
		}
		return RELEASED;
	}

	/**
	 * What a stage failed with, without what only says that it came through a stage.
	 */
	static Throwable unwrap(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : null;
		return (cause != null) ? unwrap(cause) : failure;
	}

	/**
	 * A request whose connection was never established was not sent, although its
	 * exception extends that of one that may have been.
	 */
	private static boolean isUnknown(Set<Class<? extends Throwable>> types, Throwable failure) {
		return (failure instanceof HttpConnectTimeoutException) ? types.contains(HttpConnectTimeoutException.class)
				: contains(types, failure);
	}

	private static boolean contains(Set<Class<? extends Throwable>> types, Throwable failure) {
		for (Class<? extends Throwable> type : types) {
			if (type.isInstance(failure)) {
				return true;
			}
		}
		return false;
	}

}
