package io.idempotent.web.request;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.RecordedFailureException;
import io.idempotent.engine.outcome.UnavailableResult;
import io.idempotent.web.request.RequestAttempt.NoOutcomeException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Decides what becomes of a record once its request is answered:
 * <ol>
 * <li>The handler was not called, because the request was refused before: released.</li>
 * <li>It has done its work, and whatever failed then is not its failure: recorded, or
 * finished without an answer if there is none.</li>
 * <li>It failed in a way that leaves open what happened, or answered 504, or has not
 * ended: abandoned.</li>
 * <li>It answered with a status that says "later" or "not you", or with one from 500 on
 * unless these are to be recorded, or what it called was refused: released.</li>
 * <li>Anything else, errors included: recorded.</li>
 * </ol>
 */
public final class ResponsePolicy {

	private static final Set<Integer> RELEASING = Set.of(HttpStatus.UNAUTHORIZED.value(), HttpStatus.FORBIDDEN.value(),
			HttpStatus.REQUEST_TIMEOUT.value(), HttpStatus.TOO_EARLY.value(), HttpStatus.TOO_MANY_REQUESTS.value());

	/** By name, because their library may be absent. */
	private static final Set<String> NOT_ALLOWED = Set.of("org.springframework.security.access.AccessDeniedException",
			"org.springframework.security.core.AuthenticationException");

	private static final UnavailableResult UNANSWERED = new UnavailableResult(
			"The handler had returned, but its result could not be made an answer of: see the log of that request.");

	private final boolean serverErrorsRecorded;

	public ResponsePolicy(boolean serverErrorsRecorded) {
		this.serverErrorsRecorded = serverErrorsRecorded;
	}

	/**
	 * Ends a claim.
	 * @param ending says how the request has ended, once nobody can call its handler any
	 * more
	 * @return completed when that is recorded; fails if the answer is refused, because
	 * somebody else has taken over
	 */
	public CompletableFuture<?> end(RequestAttempt claim, Supplier<RequestEnd> ending) {
		claim.handler().close();
		try {
			return decide(claim, ending.get());
		}
		finally {
			// whatever it was
			if (!claim.isEnded()) {
				var unused = abandon(claim);
			}
		}
	}

	private CompletableFuture<?> decide(RequestAttempt claim, RequestEnd end) {
		Throwable failure = end.failure();
		boolean recorded = isRecorded(claim, failure);
		if (!claim.handler().isCalled()) {
			return claim.release(new NoOutcomeException("The handler was not called", failure));
		}
		if (end.hasResult() && failure != null) {
			return claim.complete(isNoAnswer(failure, end.status()) ? UNANSWERED : end.answer().get());
		}
		if (!recorded && isUnknown(claim, failure, end.status())) {
			return claim.abandon((failure != null) ? failure : answered(end));
		}
		if (!recorded && isReleasing(failure, end.status())) {
			return claim.release((failure != null) ? failure : answered(end));
		}
		return claim.complete(end.answer().get());
	}

	private static Throwable answered(RequestEnd end) {
		return new NoOutcomeException("The handler answered with status " + end.status(), null);
	}

	/**
	 * Whether the answer to a failure is to be recorded.
	 */
	public boolean isOutcome(RequestAttempt claim, RequestEnd end) {
		if (!claim.handler().isCalled()) {
			return false;
		}
		if (end.hasResult()) {
			return !isNoAnswer(end.failure(), end.status());
		}
		return isRecorded(claim, end.failure())
				|| !(isUnknown(claim, end.failure(), end.status()) || isReleasing(end.failure(), end.status()));
	}

	private static boolean isRecorded(RequestAttempt claim, @Nullable Throwable failure) {
		return failure != null && !claim.handler().isInterrupted() && claim.handler().isRecorded(failure);
	}

	/**
	 * Ends a claim whose request has ended without an answer, while the handler may go
	 * on.
	 */
	public CompletableFuture<?> abandon(RequestAttempt claim) {
		claim.handler().close();
		return claim.abandon(new NoOutcomeException("The request ended before the handler did", null));
	}

	private static boolean isUnknown(RequestAttempt claim, @Nullable Throwable failure, int status) {
		if (claim.handler().isInterrupted()) {
			return true;
		}
		if (failure != null && (claim.operation().isUnknownAfter(failure)
				// the handler may go on
				|| failure instanceof AsyncRequestTimeoutException
				|| DisconnectedClientHelper.isClientDisconnectedException(failure))) {
			return true;
		}
		return status == HttpStatus.GATEWAY_TIMEOUT.value()
				|| (claim.handler().isUnknown() && status >= HttpStatus.BAD_REQUEST.value());
	}

	/**
	 * To what the handler has done: it asks to try again, or says that something else
	 * failed.
	 */
	private boolean isNoAnswer(@Nullable Throwable failure, int status) {
		return isServerError(status) || isReleasing(failure, status);
	}

	private boolean isReleasing(@Nullable Throwable failure, int status) {
		if ((failure instanceof IdempotencyException && !(failure instanceof RecordedFailureException))
				|| isNotAllowed(failure)) {
			return true;
		}
		return isReleasing(status) || (isServerError(status) && !this.serverErrorsRecorded);
	}

	/**
	 * Whether a status says "later" or "not you", so that retries run.
	 */
	public static boolean isReleasing(int status) {
		return RELEASING.contains(status);
	}

	/** What Spring Security answers with 401 or 403, outside of our filter. */
	private static boolean isNotAllowed(@Nullable Throwable failure) {
		for (Class<?> type = (failure != null) ? failure.getClass() : null; type != null; type = type.getSuperclass()) {
			if (NOT_ALLOWED.contains(type.getName())) {
				return true;
			}
		}
		return false;
	}

	private static boolean isServerError(int status) {
		return status >= HttpStatus.INTERNAL_SERVER_ERROR.value();
	}

}
