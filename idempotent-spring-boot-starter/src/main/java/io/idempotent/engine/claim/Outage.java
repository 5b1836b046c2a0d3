package io.idempotent.engine.claim;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Ticker;
import org.slf4j.Logger;

/**
 * Keeps background work going whatever its steps throw, and says once, with the cause,
 * that something fails, and once that it works again.
 */
public final class Outage {

	/** What fails and works in turn must not fill the log. */
	private static final int MOST_PER_MINUTE = 5;

	private final Logger logger;

	private final String sentence;

	private final Ticker ticker;

	private volatile boolean failing;

	private long minute;

	private int said;

	/**
	 * Creates one.
	 * @param sentence says what fails, and what follows from it
	 */
	public Outage(Logger logger, String sentence, Ticker ticker) {
		this.logger = logger;
		this.sentence = sentence;
		this.ticker = ticker;
		this.minute = ticker.read();
	}

	/**
	 * Runs a step.
	 * @return whether it has worked
	 */
	public boolean survive(Runnable step) {
		try {
			step.run();
			worked();
			return true;
		}
		catch (Throwable ex) {
			failed(ex);
			return false;
		}
	}

	/**
	 * It works, as usual or again.
	 */
	void worked() {
		if (this.failing && change(false)) {
			this.logger.info("Works again. This is over: {}", this.sentence);
		}
	}

	/**
	 * It does not work.
	 * @param cause anything, also what no method declares, and what fails when it is
	 * printed
	 */
	void failed(Throwable cause) {
		if (!this.failing && change(true)) {
			warn(this.logger, this.sentence + " (said once until it works again)", cause);
		}
		else {
			this.logger.debug("{} (still): {}", this.sentence, cause.getClass().getName());
		}
	}

	/**
	 * Warns of a failure, also of one that cannot be printed.
	 */
	static void warn(Logger logger, String sentence, Throwable cause) {
		try {
			logger.warn(sentence, cause);
		}
		catch (Throwable unprintable) {
			logger.warn("{} ({})", sentence, cause.getClass().getName());
		}
	}

	/**
	 * Changes the state.
	 * @return whether that is to be said
	 */
	private synchronized boolean change(boolean failing) {
		if (this.failing == failing) {
			return false;
		}
		this.failing = failing;
		long now = this.ticker.read();
		if (now - this.minute >= Duration.ofMinutes(1).toNanos()) {
			this.minute = now;
			this.said = 0;
		}
		this.said += failing ? 1 : 0;
		return this.said <= MOST_PER_MINUTE;
	}

}
