package io.idempotent.web.servlet;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.idempotent.IdempotencyException;
import io.idempotent.web.request.KeyHeader;
import io.idempotent.web.request.RequestAttempt;
import io.idempotent.web.request.ResponsePolicy;
import io.idempotent.web.request.WebSettings;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.web.context.request.async.WebAsyncManager;
import org.springframework.web.context.request.async.WebAsyncUtils;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Lets requests that change something be claimed by their handlers, and records the
 * answer before it is sent. To be placed after authentication. Decides nothing, and asks
 * no store on its own. Long because an answer may come at once, with a later dispatch, or
 * not at all.
 */
public final class IdempotencyFilter implements Filter {

	private static final Logger logger = LoggerFactory.getLogger(IdempotencyFilter.class);

	private final WebSettings settings;

	private final ResponsePolicy recorder;

	private final Supplier<HandlerExceptionResolver> resolver;

	/**
	 * Creates the filter.
	 * @param settings how keys are taken, and which answers are recorded
	 * @param resolver makes the answer if that is refused; asked when it is
	 */
	public IdempotencyFilter(WebSettings settings, Supplier<HandlerExceptionResolver> resolver) {
		this.settings = settings;
		this.recorder = new ResponsePolicy(settings.serverErrorsRecorded());
		this.resolver = resolver;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request instanceof HttpServletRequest http && response instanceof HttpServletResponse answer
				&& KeyHeader.isExpectedWith(http.getMethod())) {
			filter(http, answer, chain);
		}
		else {
			chain.doFilter(request, response);
		}
	}

	private void filter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Exchange exchange = Exchange.of(request);
		boolean asynchronous = request.getDispatcherType() == DispatcherType.ASYNC;
		if (exchange == null || (asynchronous && exchange.claim() == null)) {
			Exchange opened = Exchange.open(request, response, this.settings);
			filter(opened, request, () -> chain.doFilter(opened.request(), opened.response()));
		}
		else if (asynchronous) {
			WebAsyncManager manager = WebAsyncUtils.getAsyncManager(request);
			exchange.resume(manager.hasConcurrentResult() && !(manager.getConcurrentResult() instanceof Throwable));
			filter(exchange, request, () -> chain.doFilter(request, response));
		}
		else {
			chain.doFilter(request, response);
			if (request.getDispatcherType() == DispatcherType.FORWARD && !request.isAsyncStarted()) {
				endForward(exchange);
			}
		}
	}

	/** What is not sent before a forward ends is lost. */
	private void endForward(Exchange exchange) throws IOException {
		RequestAttempt claim = exchange.claim();
		if (claim == null) {
			exchange.response().send();
		}
		else if (claim.handler().isInterrupted()) {
			// it has forwarded the request itself, and goes on
			exchange.response().passThrough();
		}
		else {
			end(exchange, claim);
		}
	}

	private void filter(Exchange exchange, HttpServletRequest request, Chain chain)
			throws ServletException, IOException {
		try {
			chain.proceed();
		}
		catch (Throwable thrown) {
			fail(exchange, request, thrown);
			throw thrown;
		}
		RequestAttempt claim = exchange.claim();
		if (claim == null) {
			exchange.response().send();
			return;
		}
		if (!request.isAsyncStarted()) {
			end(exchange, claim);
			return;
		}
		if (!WebAsyncUtils.getAsyncManager(request).isConcurrentHandlingStarted()) {
			// by the handler itself: nobody can tell when its answer is whole
			exchange.response().passThrough();
		}
		if (!exchange.goOnAsynchronously()) {
			request.getAsyncContext().addListener(new Watch(claim));
		}
	}

	private void end(Exchange exchange, RequestAttempt claim) throws IOException {
		if (claim.isEnded()) {
			return;
		}
		try {
			await(claim, this.recorder.end(claim, () -> exchange.end(null)));
		}
		catch (IdempotencyException refusal) {
			exchange.response().discard();
			refuse(exchange, refusal);
			return;
		}
		exchange.response().send();
	}

	/** Until the outcome is recorded. */
	private static void await(RequestAttempt claim, CompletableFuture<?> recorded) {
		try {
			recorded.get(claim.operation().lease().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			logger.warn(RequestAttempt.STILL_RECORDING, claim.operation().name());
		}
		catch (InterruptedException ex) {
			// goes on in the background
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			throw IdempotencyRequests.failure(ex);
		}
	}

	/** As if the handler had thrown it. */
	private void refuse(Exchange exchange, IdempotencyException refusal) {
		ModelAndView answer = this.resolver.get()
			.resolveException(exchange.request(), exchange.response(), null, refusal);
		if (answer == null || !answer.isEmpty()) {
			throw refusal;
		}
	}

	/** What the container gets is what was thrown, whatever becomes of the record. */
	private void fail(Exchange exchange, HttpServletRequest request, Throwable thrown) {
		RequestAttempt claim = exchange.claim();
		if (claim == null) {
			exchange.response().discard();
			return;
		}
		if (claim.isEnded()) {
			return;
		}
		try {
			if (request.isAsyncStarted()) {
				await(claim, this.recorder.abandon(claim));
			}
			else {
				await(claim, this.recorder.end(claim, () -> exchange.end(thrown)));
			}
		}
		catch (RuntimeException | Error ex) {
			thrown.addSuppressed(ex);
		}
		exchange.response().discard();
	}

	private interface Chain {

		void proceed() throws ServletException, IOException;

	}

	/**
	 * Notices that an asynchronous request has ended without another dispatch.
	 */
	private final class Watch implements AsyncListener {

		private final RequestAttempt claim;

		private Watch(RequestAttempt claim) {
			this.claim = claim;
		}

		@Override
		public void onComplete(AsyncEvent event) {
			if (!this.claim.isEnded()) {
				var unused = IdempotencyFilter.this.recorder.abandon(this.claim);
			}
		}

		@Override
		public void onTimeout(AsyncEvent event) {
			this.claim.handler().timeOut();
		}

		@Override
		public void onError(AsyncEvent event) {
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
			event.getAsyncContext().addListener(this);
		}

	}

}
