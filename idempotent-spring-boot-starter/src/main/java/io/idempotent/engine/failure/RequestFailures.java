package io.idempotent.engine.failure;

import java.util.Iterator;
import java.util.stream.Stream;

import io.idempotent.IdempotencyException;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the failure of a request to another system whether that may have processed
 * it. What each client throws is in {@link ClientFailures}.
 */
final class RequestFailures {

	private RequestFailures() {
	}

	/**
	 * Whether it is left open what happened.
	 * @param causes a failure and its causes, outermost first
	 */
	static boolean leaveOpen(Stream<Throwable> causes) {
		return verdict(causes.iterator()) == Verdict.MAYBE_SENT;
	}

	/**
	 * Whether certainly nothing was processed, whatever the cause of this is.
	 */
	static boolean isNotSent(Throwable cause) {
		return verdict(cause) == Verdict.NOT_SENT;
	}

	/**
	 * That nothing was sent is certain, also if what it is the cause of looks like a
	 * request that was.
	 */
	private static @Nullable Verdict verdict(Iterator<Throwable> causes) {
		Verdict verdict = null;
		while (causes.hasNext()) {
			Verdict mine = verdict(causes.next());
			if (mine == Verdict.UNKNOWN) {
				return Verdict.MAYBE_SENT;
			}
			if (mine == Verdict.NOT_SENT) {
				return mine;
			}
			verdict = (mine != null) ? mine : verdict;
		}
		return verdict;
	}

	private static @Nullable Verdict verdict(Throwable cause) {
		// a guarded call that was refused has done nothing
		return (cause instanceof IdempotencyException) ? Verdict.NOT_SENT : ClientFailures.ruleOf(cause).apply(cause);
	}

	enum Verdict {

		/** Certainly nothing was processed. */
		NOT_SENT,

		/** It may have been processed, unless a cause knows that nothing was sent. */
		MAYBE_SENT,

		/** It may have been processed, whatever the causes are. */
		UNKNOWN

	}

	/**
	 * Says what a failure of its types says, null for nothing.
	 */
	interface Rule {

		@Nullable Verdict apply(Throwable failure);

	}

}
