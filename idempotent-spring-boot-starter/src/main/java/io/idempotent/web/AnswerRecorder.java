package io.idempotent.web;

import java.util.Set;

import io.idempotent.IdempotencyException;
import io.idempotent.RecordedFailureException;
import io.idempotent.engine.UnavailableResult;
import io.idempotent.web.RequestClaim.NotRecordedException;
import io.idempotent.web.RequestClaim.UnknownOutcomeException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Decides what becomes of a record once its request is answered:
 * <ol>
 * <li>The handler was not called, because the request was refused before: released.</li>
 * <li>It has done its work, and whatever failed then is not its failure: recorded, or
 * finished without an answer if there is none.</li>
 * <li>It failed in a way that leaves open what happened, or answered 504: abandoned.</li>
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
		try {
			Throwable failure = unwrap((thrown != null) ? thrown : resolved(exchange.request()));
			int status = (thrown != null) ? HttpStatus.INTERNAL_SERVER_ERROR.value() : exchange.response().getStatus();
			end(exchange, claim, failure, status, (thrown != null) ? RecordedResponse.ofError(status) : null);
		}
		finally {
			// whatever it was
			if (!claim.isEnded()) {
				abandon(claim);
			}
		}
	}

	private void end(Exchange exchange, RequestClaim claim, @Nullable Throwable failure, int status,
			@Nullable RecordedResponse error) {
		boolean recorded = failure != null && claim.isRecorded(failure);
		if (!claim.isCalled()) {
			// without its cause, which says nothing about what the handler has done
			claim.fail(new NotRecordedException("The handler was not called: " + failure));
		}
		else if (exchange.hasResult() && failure != null && isServerError(status)) {
			claim.complete(new UnavailableResult(
					"The handler had returned, but its result could not be made an answer of: see the log of that request."));
		}
		else if (exchange.hasResult() && failure != null) {
			claim.complete(answer(exchange, error));
		}
		else if (!recorded && isUnknown(claim, failure, status)) {
			claim.fail((failure != null && claim.operation().isUnknownAfter(failure)) ? failure
					: new UnknownOutcomeException("The handler answered with status " + status, failure));
		}
		else if (!recorded && isReleasing(failure, status)) {
			claim.fail((failure != null) ? failure
					: new NotRecordedException("The handler answered with status " + status));
		}
		else {
			claim.complete(answer(exchange, error));
		}
	}

	private static Object answer(Exchange exchange, @Nullable RecordedResponse error) {
		if (error != null) {
			return error;
		}
		return exchange.response().isPassedThrough() ? new UnavailableResult(
				"The answer was sent as it came, as it was larger than idempotent.max-result-size, or a stream.")
				: exchange.response().recorded();
	}

	/**
	 * Ends a claim whose request has ended without an answer, while the handler may go
	 * on.
	 */
	void abandon(RequestClaim claim) {
		claim.fail(new UnknownOutcomeException("The request ended before the handler did", null));
	}

	private static boolean isUnknown(RequestClaim claim, @Nullable Throwable failure, int status) {
		if (failure != null && (claim.operation().isUnknownAfter(failure)
				// the handler may go on
				|| failure instanceof AsyncRequestTimeoutException
				|| DisconnectedClientHelper.isClientDisconnectedException(failure))) {
			return true;
		}
		return status == HttpStatus.GATEWAY_TIMEOUT.value()
				|| (claim.isUnknown() && status >= HttpStatus.BAD_REQUEST.value());
	}

	private boolean isReleasing(@Nullable Throwable failure, int status) {
		if (failure instanceof IdempotencyException && !(failure instanceof RecordedFailureException)) {
			return true;
		}
		return RELEASING.contains(status) || (isServerError(status) && !this.serverErrorsRecorded);
	}

	private static boolean isServerError(int status) {
		return status >= HttpStatus.INTERNAL_SERVER_ERROR.value();
	}

	/** A servlet wraps what it does not know. */
	private static @Nullable Throwable unwrap(@Nullable Throwable failure) {
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
