package io.idempotent.client;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * The attempts of one call, within its budget.
 */
final class BlockingRetry implements RetryPolicy {

	private final RetryRule rule;

	private final RetryBudget budget;

	private long pause = BackOffExecution.STOP;

	BlockingRetry(RetryRule rule, RetryBudget budget) {
		this.rule = rule;
		this.budget = budget;
	}

	/**
	 * Sends a request until its outcome is final, or the budget spent.
	 * @return the last answer
	 * @throws IOException the last failure
	 */
	ClientHttpResponse execute(Attempt attempt) throws IOException {
		try {
			return new RetryTemplate(this).execute(() -> finalAnswer(attempt.send()));
		}
		catch (RetryException ex) {
			return lastAnswer(ex.getLastException());
		}
	}

	private ClientHttpResponse finalAnswer(BufferedResponse answer) throws IOException {
		Duration wait = this.rule.pauseAfter(answer.getStatusCode(), answer.getHeaders(), answer::bytes);
		if (wait != null) {
			throw new Refused(answer, wait);
		}
		return answer;
	}

	private static ClientHttpResponse lastAnswer(Throwable failure) throws IOException {
		if (failure instanceof Refused refused) {
			return refused.answer;
		}
		if (failure instanceof IOException exception) {
			throw exception;
		}
		if (failure instanceof Error error) {
			throw error;
		}
		throw (RuntimeException) failure;
	}

	@Override
	public boolean shouldRetry(Throwable failure) {
		Duration wait = waitAfter(failure);
		if (wait == null || Thread.currentThread().isInterrupted()) {
			return false;
		}
		Duration next = this.budget.nextPause(wait);
		this.pause = (next != null) ? next.toMillis() : BackOffExecution.STOP;
		return next != null;
	}

	private static @Nullable Duration waitAfter(Throwable failure) {
		if (failure instanceof Refused refused) {
			return refused.wait;
		}
		return (failure instanceof IOException) ? Duration.ZERO : null;
	}

	@Override
	public BackOff getBackOff() {
		return () -> () -> this.pause;
	}

	/**
	 * Sends the request once.
	 */
	interface Attempt {

		BufferedResponse send() throws IOException;

	}

	/**
	 * An answer after which another attempt helps.
	 */
	private static final class Refused extends RuntimeException {

		private final transient ClientHttpResponse answer;

		private final Duration wait;

		Refused(ClientHttpResponse answer, Duration wait) throws IOException {
			super("status " + answer.getStatusCode().value(), null, false, false);
			this.answer = answer;
			this.wait = wait;
		}

	}

}
