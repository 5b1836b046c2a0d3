package io.idempotent.web.servlet;

import io.idempotent.web.RecordedResponse;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.RequestEnd;
import io.idempotent.web.request.RequestState;
import io.idempotent.web.request.WebSettings;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.DispatcherServlet;

/**
 * One request and its response, from the filter to the handler and back, also across
 * asynchronous dispatches.
 */
final class Exchange {

	private static final String ATTRIBUTE = Exchange.class.getName();

	private final BufferedRequest request;

	private final RecordingResponse response;

	private final RequestState state = new RequestState();

	private boolean asynchronous;

	private boolean result;

	private Exchange(HttpServletRequest request, HttpServletResponse response, WebSettings settings) {
		boolean keyed = request.getHeader(settings.header()) != null;
		this.response = new RecordingResponse(request, response, keyed);
		this.request = new BufferedRequest(request, this.response, settings.bytesToKeep(keyed));
	}

	static Exchange open(HttpServletRequest request, HttpServletResponse response, WebSettings settings) {
		Exchange exchange = new Exchange(request, response, settings);
		request.setAttribute(ATTRIBUTE, exchange);
		return exchange;
	}

	/**
	 * The exchange that a request is part of.
	 * @return null if it has not passed the filter, or its method needs no key
	 */
	static @Nullable Exchange of(ServletRequest request) {
		return (Exchange) request.getAttribute(ATTRIBUTE);
	}

	BufferedRequest request() {
		return this.request;
	}

	RecordingResponse response() {
		return this.response;
	}

	/**
	 * The handler is to be called: from now on its answer is held back.
	 */
	void own(RequestAttempt claim, long maxResponseSize) {
		this.state.own(claim);
		this.response.record(maxResponseSize);
	}

	/**
	 * The handler is not to be called: a recorded answer is sent, whatever is written
	 * between here and there.
	 */
	void replay(RecordedResponse recorded) {
		this.response.replay(recorded);
	}

	RequestState state() {
		return this.state;
	}

	@Nullable RequestAttempt claim() {
		return this.state.claim();
	}

	/**
	 * The answer comes with a later dispatch.
	 * @return whether that was known before
	 */
	boolean goOnAsynchronously() {
		boolean former = this.asynchronous;
		this.asynchronous = true;
		return former;
	}

	/**
	 * A later dispatch begins.
	 * @param result whether it has a result to answer with, and not a failure
	 */
	void resume(boolean result) {
		this.result = result;
	}

	/**
	 * Whether the handler has done its work, so that whatever fails then is not its
	 * failure.
	 */
	private boolean hasResult() {
		return this.asynchronous ? this.result : isReturned();
	}

	private boolean isReturned() {
		RequestAttempt claim = claim();
		return claim != null && claim.handler().isReturned();
	}

	/**
	 * How it has ended.
	 * @param thrown what is thrown on to the container, null if there is an answer
	 */
	RequestEnd end(@Nullable Throwable thrown) {
		if (thrown != null) {
			int status = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
			return new RequestEnd(unwrap(thrown), status, hasResult(), () -> RecordedResponse.ofError(status));
		}
		return new RequestEnd(unwrap(resolved()), this.response.getStatus(), hasResult(), this.response::outcome);
	}

	/** A servlet wraps what it does not know. */
	private static @Nullable Throwable unwrap(@Nullable Throwable failure) {
		Throwable cause = (failure instanceof ServletException) ? failure.getCause() : null;
		return (cause != null) ? cause : failure;
	}

	/** What the handler failed with, if somebody has made an answer of it. */
	private @Nullable Throwable resolved() {
		Object failure = this.request.getAttribute(DispatcherServlet.EXCEPTION_ATTRIBUTE);
		if (failure == null) {
			failure = this.request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
		}
		return (failure instanceof Throwable throwable) ? throwable : null;
	}

}
