package io.idempotent;

import org.jspecify.annotations.Nullable;

/**
 * What an {@link AbandonedExecutionResolver} found out about an attempt whose outcome
 * nobody knew.
 */
public sealed interface Resolution {

	/**
	 * The operation has happened: the result is recorded and replayed.
	 * @param result what the method would have returned, of its return type
	 * @return the resolution
	 */
	static Resolution completed(@Nullable Object result) {
		return new Completed(result);
	}

	/**
	 * The operation has failed for good: the failure is recorded and replayed, as its own
	 * type where {@link Idempotent#recordFailures()} lists it, else as
	 * {@link RecordedFailureException}.
	 * @param failure what the method would have thrown
	 * @return the resolution
	 */
	static Resolution failed(Throwable failure) {
		return new Failed(failure);
	}

	/**
	 * The operation has certainly not happened and will not: the caller runs it.
	 * @return the resolution
	 */
	static Resolution notExecuted() {
		return new NotExecuted();
	}

	/**
	 * Not known yet: the {@link AbandonedPolicy} decides.
	 * @return the resolution
	 */
	static Resolution unknown() {
		return new Unknown();
	}

	/** The operation has happened, with this result. */
	record Completed(@Nullable Object result) implements Resolution {
	}

	/** The operation has failed for good. */
	record Failed(Throwable failure) implements Resolution {
	}

	/** The operation has certainly not happened. */
	record NotExecuted() implements Resolution {
	}

	/** Not known yet. */
	record Unknown() implements Resolution {
	}

}
