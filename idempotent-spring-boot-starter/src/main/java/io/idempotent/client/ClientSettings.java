package io.idempotent.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.util.Assert;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Which requests get keys, in which header, and how those that have one are retried.
 */
public final class ClientSettings {

	private final String header;

	private final boolean everyWrite;

	private final Set<Integer> statuses;

	private final Duration deadline;

	private final ExponentialBackOff backOff;

	private ClientSettings(Builder builder) {
		Assert.hasText(builder.header, "The header needs a name");
		Assert.isTrue(builder.deadline.toMillis() > 0, "The deadline must be at least one millisecond");
		Assert.isTrue(builder.delay.toMillis() > 0, "The delay must be at least one millisecond");
		Assert.isTrue(builder.maxDelay.compareTo(builder.delay) >= 0, "The longest delay must not be below the first");
		Assert.isTrue(!builder.jitter.isNegative(), "The jitter must not be negative");
		this.header = builder.header;
		this.everyWrite = builder.everyWrite;
		this.statuses = builder.statuses;
		this.deadline = builder.deadline;
		this.backOff = new ExponentialBackOff(builder.delay.toMillis(), builder.multiplier);
		this.backOff.setMaxInterval(builder.maxDelay.toMillis());
		this.backOff.setJitter(builder.jitter.toMillis());
	}

	/**
	 * Returns the defaults.
	 * @return settings for marked requests, 30 seconds for each call
	 */
	public static ClientSettings defaults() {
		return builder().build();
	}

	/**
	 * Returns a builder that starts from the defaults.
	 * @return the builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	String header() {
		return this.header;
	}

	RetryRule retryRule() {
		return new RetryRule(this.statuses);
	}

	boolean everyWrite() {
		return this.everyWrite;
	}

	Duration deadline() {
		return this.deadline;
	}

	BackOffExecution startBackOff() {
		return this.backOff.start();
	}

	/**
	 * Builds settings.
	 */
	public static final class Builder {

		private String header = "Idempotency-Key";

		private boolean everyWrite;

		private Set<Integer> statuses = RetryRule.DEFAULT_STATUSES;

		private Duration deadline = Duration.ofSeconds(30);

		private Duration delay = Duration.ofMillis(200);

		private double multiplier = 2;

		private Duration maxDelay = Duration.ofSeconds(5);

		private Duration jitter = Duration.ofMillis(100);

		private Builder() {
		}

		/**
		 * Names the header of the key.
		 * @param header the name, by default {@code Idempotency-Key}
		 * @return this builder
		 */
		public Builder header(String header) {
			this.header = header;
			return this;
		}

		/**
		 * Gives a random key to each POST, PUT, PATCH and DELETE that is not marked
		 * otherwise, and retries it. Only safe if all services that are reached through
		 * the client honour the header for all of these requests.
		 * @return this builder
		 */
		public Builder everyWrite() {
			this.everyWrite = true;
			return this;
		}

		/**
		 * Says after which statuses a marked request is repeated, in place of the
		 * default. After 409 it is only if the answer has {@code Retry-After}, or its
		 * body says that it is {@code retryable}.
		 * @param statuses the statuses, by default 408, 409, 425, 429, 502, 503 and 504;
		 * none for connection errors and timeouts alone
		 * @return this builder
		 */
		public Builder retryOn(int... statuses) {
			for (int status : statuses) {
				Assert.isTrue(status >= 300 && status <= 599, () -> "%s is no status of a failure".formatted(status));
			}
			this.statuses = Arrays.stream(statuses).boxed().collect(Collectors.toUnmodifiableSet());
			return this;
		}

		/**
		 * Limits a call with all its attempts and pauses.
		 * @param deadline the time from the begin of the call, by default 30 seconds
		 * @return this builder
		 */
		public Builder deadline(Duration deadline) {
			this.deadline = deadline;
			return this;
		}

		/**
		 * Sets the pause after the first attempt.
		 * @param delay the pause, by default 200 milliseconds
		 * @return this builder
		 */
		public Builder delay(Duration delay) {
			this.delay = delay;
			return this;
		}

		/**
		 * Sets how pauses grow.
		 * @param multiplier a pause divided by the one before it, by default 2
		 * @return this builder
		 */
		public Builder multiplier(double multiplier) {
			this.multiplier = multiplier;
			return this;
		}

		/**
		 * Limits the pauses, except those that the service asks for.
		 * @param maxDelay the longest pause, by default 5 seconds
		 * @return this builder
		 */
		public Builder maxDelay(Duration maxDelay) {
			this.maxDelay = maxDelay;
			return this;
		}

		/**
		 * Spreads pauses at random, so that clients do not come back together.
		 * @param jitter by how much the first pause may differ, by default 100
		 * milliseconds; it grows with the pauses
		 * @return this builder
		 */
		public Builder jitter(Duration jitter) {
			this.jitter = jitter;
			return this;
		}

		/**
		 * Builds the settings.
		 * @return the settings
		 * @throws IllegalArgumentException if a value makes no sense
		 */
		public ClientSettings build() {
			return new ClientSettings(this);
		}

	}

}
