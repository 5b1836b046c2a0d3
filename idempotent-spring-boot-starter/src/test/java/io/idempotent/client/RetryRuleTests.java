package io.idempotent.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;

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

	private final RetryRule rule = new RetryRule(Set.of(503), NOON);

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
	void aConflictWithoutATimeIsFinal() {
		assertThat(pauseAfter(409, null)).isNull();
	}

	@Test
	void acceptedIsAnAnswerExceptOfTheExecuteApi() {
		assertThat(pauseAfter(202, "1")).isNull();
		assertThat(RetryRule.EXECUTE_API.pauseAfter(HttpStatusCode.valueOf(202), new HttpHeaders()))
			.isEqualTo(Duration.ZERO);
	}

	private @Nullable Duration pauseAfter(int status, @Nullable String retryAfter) {
		HttpHeaders headers = new HttpHeaders();
		if (retryAfter != null) {
			headers.set(HttpHeaders.RETRY_AFTER, retryAfter);
		}
		return this.rule.pauseAfter(HttpStatusCode.valueOf(status), headers);
	}

}
