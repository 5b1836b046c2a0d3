package io.idempotent.codec.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.idempotent.engine.outcome.FailureCodec.RecordedFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

class JsonFailureCodecTests {

	private final JsonFailureCodec codec = new JsonFailureCodec();

	@Test
	void aFailureIsKeptAsText() {
		assertThat(replay(new IllegalStateException("no \"funds\" \u20ac", new IOException("down"))))
			.isEqualTo(new RecordedFailure("java.lang.IllegalStateException", "no \"funds\" \u20ac",
					"java.io.IOException: down"));
	}

	@Test
	void aFailureWithoutMessageOrCauseHasNone() {
		assertThat(replay(new Refused())).isEqualTo(new RecordedFailure(Refused.class.getName(), null, null));
	}

	@Test
	void theWrittenFormIsJson() {
		assertThat(new String(this.codec.encode(new Refused()), StandardCharsets.UTF_8))
			.isEqualTo("{\"type\":\"" + Refused.class.getName() + "\",\"message\":null,\"cause\":null}");
		assertThat(this.codec.format()).isEqualTo("failure/1");
	}

	@Test
	void gettersThatThrowCountAsNull() {
		assertThat(replay(new Broken(new Broken(null))))
			.isEqualTo(new RecordedFailure(Broken.class.getName(), null, null));
	}

	@Test
	void longTextIsCutEvenInsideACharacter() {
		String message = "x" + "\ud83d\ude00".repeat(6000);

		RecordedFailure failure = replay(new RuntimeException(message, new RuntimeException(message)));

		assertThat(failure.message()).isEqualTo(message.substring(0, 10_000));
		assertThat(failure.cause()).hasSize(10_000);
	}

	@Test
	void halvesOfCharactersAreKept() {
		assertThat(replay(new RuntimeException("\ud83d")).message()).isEqualTo("\ud83d");
	}

	@Test
	void aFailureThatIsItsOwnCauseIsKept() {
		RuntimeException failure = new RuntimeException("self") {

			@Override
			public synchronized Throwable getCause() {
				return this;
			}

		};

		assertThat(replay(failure).cause()).endsWith(": self");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "null", "{}", "[]", "\"x\"", "{\"type\":null,\"message\":null,\"cause\":null}",
			"{\"type\":\"x\",\"message\":null,\"cause\":null,\"more\":1}" })
	void bytesThatAreNoFailureAreRefused(String bytes) {
		assertThatException().isThrownBy(() -> this.codec.decode(bytes.getBytes(StandardCharsets.UTF_8)));
	}

	private RecordedFailure replay(Throwable failure) {
		return this.codec.decode(this.codec.encode(failure));
	}

	static class Refused extends Exception {

	}

	static class Broken extends RuntimeException {

		Broken(Throwable cause) {
			super(null, cause);
		}

		@Override
		public String getMessage() {
			throw new AssertionError("broken");
		}

		@Override
		public String toString() {
			throw new IllegalStateException("broken");
		}

	}

}
