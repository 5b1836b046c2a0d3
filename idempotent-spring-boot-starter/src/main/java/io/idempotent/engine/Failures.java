package io.idempotent.engine;

import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

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
		if (failure instanceof NotStarted) {
			return RELEASED;
		}
		if (operation.recordFailures().stream().anyMatch((type) -> type.isInstance(failure))) {
			return FINAL;
		}
		boolean unknown = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.limit(MAX_DEPTH)
			.anyMatch((cause) -> operation.unknownFailures().stream().anyMatch((type) -> isUnknown(type, cause)));
		return unknown ? AMBIGUOUS : RELEASED;
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
	private static boolean isUnknown(Class<? extends Throwable> type, Throwable failure) {
		return type.isInstance(failure)
				&& !(type == HttpTimeoutException.class && failure instanceof HttpConnectTimeoutException);
	}

}
