package io.idempotent;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each message says what happened and what to do, and never the raw key.
 */
class ExceptionMessageTests {

	private static final String KEY = "4111-1111-1111-1111";

	private static final AbandonedAttempt ATTEMPT = new AbandonedAttempt("", "pay", KEY, 3, 7, Instant.EPOCH);

	static Stream<Arguments> exceptions() {
		return Stream.of(
				Arguments.of(new MissingIdempotencyKeyException("pay", "expression '#id'"), "key-missing",
						"key-missing", false, List.of("expression '#id'", "nothing was run", "Give every call")),
				Arguments.of(new InvalidIdempotencyKeyException("pay", KEY, "the key has 300 characters", null),
						"key-invalid", "key-invalid", false, List.of("the key has 300 characters", "nothing was run")),
				Arguments.of(
						new OperationInProgressException("pay", KEY, "It is executed elsewhere.",
								Duration.ofSeconds(2)),
						"in-progress", "in-progress", true,
						List.of("in progress", "It is executed elsewhere.", "try again in 2 s")),
				Arguments.of(new IdempotencyKeyReusedException("pay", KEY, "the arguments command, amount"),
						"key-reused", "key-reused", false,
						List.of("another payload", "Compared: the arguments command, amount", "'payload' attribute")),
				Arguments.of(new OutcomeUnknownException(ATTEMPT, "No resolver supports it."), "outcome-unknown",
						"outcome-unknown", false,
						List.of("attempt 3 was abandoned", "No resolver supports it.", "IdempotencySettlement",
								"AbandonedExecutionResolver", "onAbandoned = RETRY")),
				Arguments.of(new ResultUnavailableException("pay", KEY, "It has 2 MB.", null), "result-unavailable",
						"result-unavailable", false, List.of("has finished", "not run again", "It has 2 MB.")),
				Arguments.of(
						new RecordedFailureException("pay", KEY, "com.acme.Declined", "no funds",
								"java.io.IOException: down"),
						"recorded-failure", "failure-replayed", false,
						List.of("com.acme.Declined: no funds", "caused by java.io.IOException: down", "not run again")),
				Arguments.of(new OwnershipLostException("pay", KEY, 3), "ownership-lost", "ownership-lost", true,
						List.of("attempt 3 has run", "Call again", "longer lease")),
				Arguments.of(new IdempotencyStoreException("pay", KEY, "The record could not be claimed.", null),
						"store-unavailable", "store-unavailable", true,
						List.of("The record could not be claimed.", "Nothing runs unguarded", "try again")));
	}

	@ParameterizedTest
	@MethodSource("exceptions")
	void theMessageSaysWhatHappenedAndWhatToDo(IdempotencyException exception, String code, String outcome,
			boolean retryable, List<String> parts) {
		assertThat(exception).hasMessageContainingAll(parts.toArray(String[]::new));
		assertThat(exception.getMessage()).contains("Operation 'pay'").doesNotContain(KEY);
		assertThat(exception.code()).isEqualTo(code);
		assertThat(exception.outcome().tag()).isEqualTo(outcome);
		assertThat(exception.isRetryable()).isEqualTo(retryable);
		assertThat(exception.operation()).isEqualTo("pay");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ar-EG-u-nu-arab", "fa-IR", "th-TH-u-nu-thai", "hi-IN-u-nu-deva", "ja-JP-u-ca-japanese" })
	void digitsAreNotThoseOfTheLocaleOfTheJvm(String tag) {
		List<String> messages = messages();
		Locale locale = Locale.getDefault();
		Locale.setDefault(Locale.forLanguageTag(tag));
		try {
			assertThat(messages()).isEqualTo(messages).anyMatch((message) -> message.contains("try again in 2 s"));
		}
		finally {
			Locale.setDefault(locale);
		}
	}

	private static List<String> messages() {
		IdempotencyRecord record = new IdempotencyRecord("", "pay", KEY, IdempotencyRecord.State.IN_PROGRESS, 3, 7,
				Instant.EPOCH, null, null, Instant.EPOCH);
		return Stream
			.concat(exceptions().map((arguments) -> ((Exception) arguments.get()[0]).getMessage()),
					Stream.of(ATTEMPT.toString(), record.toString()))
			.toList();
	}

	@Test
	void everyExceptionOfTheTableHasATest() {
		assertThat(exceptions().<Class<?>>map((arguments) -> arguments.get()[0].getClass()))
			.containsExactlyInAnyOrder(IdempotencyException.class.getPermittedSubclasses());
	}

	@Test
	void aMaskedKeyShowsAtMostFourCharactersAndTheLength() {
		assertThat(MaskedKey.of(KEY)).isEqualTo("4111***(19)");
		assertThat(MaskedKey.of("short")).isEqualTo("***(5)");
		assertThat(MaskedKey.of("\n\tab567890123")).isEqualTo("??ab***(13)");
		assertThat(MaskedKey.of(null)).isEqualTo("(none)");
	}

	@Test
	void theTextOfAnAttemptAndOfARecordHidesTheKey() {
		assertThat(ATTEMPT.toString()).contains("4111***").doesNotContain(KEY);
		assertThat(new IdempotencyContext("", "pay", KEY, 1, 1).toString()).doesNotContain(KEY);
	}

}
