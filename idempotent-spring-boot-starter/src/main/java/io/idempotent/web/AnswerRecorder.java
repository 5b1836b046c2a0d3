package io.idempotent.web;

import java.util.Set;

import io.idempotent.IdempotencyException;
import io.idempotent.RecordedFailureException;
import io.idempotent.web.RequestClaim.NotRecordedException;
import io.idempotent.web.RequestClaim.UnknownOutcomeException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageConversionException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Decides what becomes of a record once its request is answered:
 * <ol>
 * <li>The handler was not called, because the request was refused before: released.</li>
 * <li>It failed in a way that leaves open what happened, or answered 504: abandoned.</li>
 * <li>It returned, and an answer could not be made of its result: finished, and not
 * available.</li>
 * <li>It answered with a status that says "later" or "not you", or with one from 500 on
 * unless these are to be recorded, or what it called was refused: released.</li>
 * <li>Anything else, errors included: recorded.</li>
 * </ol>
 */
final class AnswerRecorder {

	private static final Set<Integer> RELEASING = Set.of(HttpStatus.UNAUTHORIZED.value(), HttpStatus.FORBIDDEN.value(),
			HttpStatus.REQUEST_TIMEOUT.value(), HttpStatus.TOO_EARLY.value(), HttpStatus.TOO_MANY_REQUESTS.value());

	private final boolean serverErrorsRecorded;

	AnswerRecorder(boolean serverErrorsRecorded) {
		this.serverErrorsRecorded = serverErrorsRecorded;
	}

	/**
	 * Ends the claim of an exchange, and waits until that is recorded.
	 * @param thrown what is thrown on to the container, null if there is an answer
	 * @throws IdempotencyException if the answer is refused, because somebody else has
	 * taken over
	 */
	void end(Exchange exchange, RequestClaim claim, @Nullable Throwable thrown) {
		Throwable failure = (thrown != null) ? unwrap(thrown) : resolved(exchange.request());
		int status = (thrown != null) ? HttpStatus.INTERNAL_SERVER_ERROR.value() : exchange.response().getStatus();
		boolean recorded = failure != null && exchange.isRecorded(failure);
		if (!claim.isInvoked()) {
			claim.fail((failure != null) ? failure : new NotRecordedException("The handler was not called"));
		}
		else if (!recorded && isUnknown(claim, failure, status)) {
			claim.fail((failure != null && claim.operation().isUnknownAfter(failure)) ? failure
					: new UnknownOutcomeException("The handler answered with status " + status, failure));
		}
		else if (isUnavailable(exchange, claim, failure, status)) {
			claim.complete(RecordedResponse.unavailable(status));
		}
		else if (!recorded && isReleasing(failure, status)) {
			claim.fail((failure != null) ? failure
					: new NotRecordedException("The handler answered with status " + status));
		}
		else if (thrown != null) {
			claim.complete(RecordedResponse.ofError(status));
		}
		else {
			claim.complete(exchange.response().recorded());
		}
	}

	/**
	 * Ends a claim whose request has ended without an answer, while the handler may go
	 * on.
	 */
	void abandon(RequestClaim claim) {
		claim.fail(new UnknownOutcomeException("The request ended before the handler did", null));
	}

	private static boolean isUnknown(RequestClaim claim, @Nullable Throwable failure, int status) {
		if (failure instanceof AsyncRequestTimeoutException
				|| (failure != null && DisconnectedClientHelper.isClientDisconnectedException(failure))) {
			// the handler may go on
			return true;
		}
		if (failure != null && claim.operation().isUnknownAfter(failure)) {
			return true;
		}
		return status == HttpStatus.GATEWAY_TIMEOUT.value()
				|| (claim.isUncertain() && status >= HttpStatus.BAD_REQUEST.value());
	}

	/** What a handler returns that is asynchronous may fail as the handler itself. */
	private static boolean isUnavailable(Exchange exchange, RequestClaim claim, @Nullable Throwable failure,
			int status) {
		return claim.isReturned() && failure != null && status >= HttpStatus.INTERNAL_SERVER_ERROR.value()
				&& (!exchange.isAsynchronous() || failure instanceof HttpMessageConversionException);
	}

	private boolean isReleasing(@Nullable Throwable failure, int status) {
		if (failure instanceof IdempotencyException && !(failure instanceof RecordedFailureException)) {
			return true;
		}
		return RELEASING.contains(status)
				|| (status >= HttpStatus.INTERNAL_SERVER_ERROR.value() && !this.serverErrorsRecorded);
	}

	/** A servlet wraps what it does not know. */
	private static Throwable unwrap(Throwable failure) {
		Throwable cause = (failure instanceof ServletException) ? failure.getCause() : null;
		return (cause != null) ? cause : failure;
	}

	/** What the handler failed with, if somebody has made an answer of it. */
	private static @Nullable Throwable resolved(HttpServletRequest request) {
		Object failure = request.getAttribute(DispatcherServlet.EXCEPTION_ATTRIBUTE);
		if (failure == null) {
			failure = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
		}
		return (failure instanceof Throwable throwable) ? throwable : null;
	}

}
