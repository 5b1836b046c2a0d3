package io.idempotent.client;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/**
 * Which answers say that another attempt helps, and when.
 *
 * @param always statuses that say so
 * @param clock what dates in answers are compared with
 */
record RetryRule(Set<Integer> always, Clock clock) {

	static final RetryRule WRITES = new RetryRule(Set.of(503), Clock.systemUTC());

	/** Its answer 202 is a status, asked for by repeating the request. */
	static final RetryRule EXECUTE_API = new RetryRule(Set.of(202, 503), Clock.systemUTC());

	/** What is in progress says when to come back; other conflicts are final. */
	private static final int CONFLICT = 409;

	/** Longer than any deadline, and short enough to be added to others. */
	private static final long MAX_SECONDS = Duration.ofDays(3650).toSeconds();

	/**
	 * Reads an answer.
	 * @return how long to wait at least, null if the answer is final
	 */
	@Nullable Duration pauseAfter(HttpStatusCode status, HttpHeaders headers) {
		Duration asked = retryAfter(headers);
		if (status.value() == CONFLICT) {
			return asked;
		}
		if (!this.always.contains(status.value())) {
			return null;
		}
		return (asked != null) ? asked : Duration.ZERO;
	}

	/**
	 * Reads the header Retry-After, which has seconds or a date.
	 * @return null if there is none, or none that can be read
	 */
	@Nullable Duration retryAfter(HttpHeaders headers) {
		String text = headers.getFirst(HttpHeaders.RETRY_AFTER);
		if (text == null) {
			return null;
		}
		try {
			if (text.strip().matches("\\d{1,18}")) {
				return Duration.ofSeconds(Math.min(MAX_SECONDS, Long.parseLong(text.strip())));
			}
			ZonedDateTime date = headers.getFirstZonedDateTime(HttpHeaders.RETRY_AFTER);
			Duration wait = (date != null) ? Duration.between(this.clock.instant(), date) : Duration.ZERO;
			return wait.isNegative() ? Duration.ZERO : wait;
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			return null;
		}
	}

}
