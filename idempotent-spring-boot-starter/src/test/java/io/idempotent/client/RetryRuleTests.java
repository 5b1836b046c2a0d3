package io.idempotent.client;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What answers say about another attempt, at a fixed time.
 */
class RetryRuleTests {

	private static final Clock NOON = Clock.fixed(Instant.parse("2026-07-01T12:00:00Z"), ZoneOffset.UTC);

	private final RetryRule rule = new RetryRule(RetryRule.DEFAULT_STATUSES, NOON);

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			0                             | PT0S
			7                             | PT7S
			Wed, 01 Jul 2026 12:00:30 GMT | PT30S
			Wed, 01 Jul 2026 11:00:00 GMT | PT0S
			999999999999999999            | PT87600H
			""")
	void theServiceSaysWhenToComeBackInSecondsOrByADate(String header, Duration expected) {
		assertThat(pauseAfter(409, header)).isEqualTo(expected);
		assertThat(pauseAfter(503, header)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', textBlock = """
			soon
			-1
			1.5
			99999999999999999999
			""
			""")
	void whatCannotBeReadCountsAsNotSaid(@Nullable String header) {
		assertThat(pauseAfter(409, header)).isNull();
		assertThat(pauseAfter(503, header)).isEqualTo(Duration.ZERO);
	}

	@Test
	void aConflictWithoutATimeIsFinalUnlessItsBodySaysThatARetryHelps() {
		assertThat(pauseAfter(409, null)).isNull();
		for (String body : new String[] { "{\"retryable\":false}", "[]", "retryable", "{\"retryable\":\"yes\"}" }) {
			assertThat(pauseAfter(409, null, body)).as(body).isNull();
		}
		assertThat(pauseAfter(409, null, "{\"code\":\"ownership-lost\",\"retryable\":true}")).isEqualTo(Duration.ZERO);
		assertThat(pauseAfter(422, null, "{\"retryable\":true}")).isNull();
		assertThat(pauseAfter(503, "1", "{\"retryable\":false}")).isNull();
		assertThat(pauseAfter(503, "1", "<html>")).isEqualTo(Duration.ofSeconds(1));
	}

	@Test
	void theServiceOrWhatIsBetweenMayNotBeReady() {
		for (int status : new int[] { 408, 425, 429, 502, 503, 504 }) {
			assertThat(pauseAfter(status, null)).as("%d", status).isEqualTo(Duration.ZERO);
			assertThat(pauseAfter(status, "3")).as("%d", status).isEqualTo(Duration.ofSeconds(3));
		}
		for (int status : new int[] { 200, 303, 400, 401, 403, 404, 413, 422, 500, 501 }) {
			assertThat(pauseAfter(status, "1")).as("%d", status).isNull();
		}
	}

	@Test
	void acceptedIsAnAnswerExceptOfTheExecuteApi() {
		assertThat(pauseAfter(202, "1")).isNull();
		assertThat(
				this.rule.ofExecuteApi().pauseAfter(HttpStatusCode.valueOf(202), new HttpHeaders(), () -> new byte[0]))
			.isEqualTo(Duration.ZERO);
	}

	private @Nullable Duration pauseAfter(int status, @Nullable String retryAfter) {
		return pauseAfter(status, retryAfter, "");
	}

	private @Nullable Duration pauseAfter(int status, @Nullable String retryAfter, String body) {
		HttpHeaders headers = new HttpHeaders();
		if (retryAfter != null) {
			headers.set(HttpHeaders.RETRY_AFTER, retryAfter);
		}
		return this.rule.pauseAfter(HttpStatusCode.valueOf(status), headers,
				() -> body.getBytes(StandardCharsets.UTF_8));
	}

}
