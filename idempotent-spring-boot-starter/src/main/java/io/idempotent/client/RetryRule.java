package io.idempotent.client;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

/**
 * Which answers say that another attempt helps, and when.
 *
 * @param statuses those that say so; a conflict only if it says when to come back, or
 * that this helps
 * @param clock what dates in answers are compared with
 */
record RetryRule(Set<Integer> statuses, Clock clock) {

	/** Somebody between us and the service, or the service itself, is not ready. */
	static final Set<Integer> DEFAULT_STATUSES = Set.of(408, 409, 425, 429, 502, 503, 504);

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final int CONFLICT = 409;

	/** Longer than any deadline, and short enough to be added to others. */
	private static final long MAX_SECONDS = Duration.ofDays(3650).toSeconds();

	RetryRule(Set<Integer> statuses) {
		this(statuses, Clock.systemUTC());
	}

	/**
	 * The same for the execute API, whose answer 202 is a status that is asked for by
	 * repeating the request.
	 */
	RetryRule ofExecuteApi() {
		Set<Integer> more = new HashSet<>(this.statuses);
		more.add(202);
		return new RetryRule(Set.copyOf(more), this.clock);
	}

	/**
	 * Reads an answer.
	 * @param body asked for the body if that decides
	 * @return how long to wait at least, null if the answer is final
	 */
	@Nullable Duration pauseAfter(HttpStatusCode status, HttpHeaders headers, Supplier<byte[]> body) {
		if (!this.statuses.contains(status.value())) {
			return null;
		}
		Duration asked = retryAfter(headers);
		boolean helps = helps(body.get(), asked != null || status.value() != CONFLICT);
		return helps ? Objects.requireNonNullElse(asked, Duration.ZERO) : null;
	}

	/** As the body says it in its member {@code retryable}, if it does. */
	private static boolean helps(byte[] body, boolean otherwise) {
		try {
			return JSON.readTree(body).path("retryable").asBoolean(otherwise);
		}
		catch (JacksonException ex) {
			return otherwise;
		}
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
