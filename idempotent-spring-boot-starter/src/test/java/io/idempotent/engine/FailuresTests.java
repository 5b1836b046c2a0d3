package io.idempotent.engine;

import java.io.IOException;
import java.lang.reflect.Type;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;

import io.idempotent.AbandonedPolicy;
import io.idempotent.InProgressPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a failure says about the outcome.
 */
class FailuresTests {

	private static Failures classify(Throwable failure) {
		Type type = String.class;
		return Failures.classify(failure,
				new Operation("test", type, null, true, Duration.ofHours(1), Duration.ofSeconds(30),
						InProgressPolicy.REJECT, Duration.ofSeconds(1), AbandonedPolicy.HOLD,
						Set.of(IllegalArgumentException.class),
						Set.of(java.io.InterruptedIOException.class, HttpTimeoutException.class), null, "nothing"));
	}

	@Test
	void anOrdinaryFailureReleases() {
		assertThat(classify(new IOException())).isEqualTo(Failures.RELEASED);
	}

	@Test
	void aReadTimeoutIsAmbiguousHoweverDeepItIs() {
		assertThat(classify(new SocketTimeoutException())).isEqualTo(Failures.AMBIGUOUS);
		assertThat(classify(new CompletionException(new IOException(new HttpTimeoutException("x")))))
			.isEqualTo(Failures.AMBIGUOUS);
	}

	@Test
	void aConnectionThatWasNeverEstablishedSentNothing() {
		assertThat(classify(new HttpConnectTimeoutException("x"))).isEqualTo(Failures.RELEASED);
	}

	@Test
	void aRecordedFailureIsFinalAlsoWhenItsCauseIsAmbiguous() {
		assertThat(classify(new NumberFormatException())).isEqualTo(Failures.FINAL);
		assertThat(classify(new IllegalArgumentException(new SocketTimeoutException()))).isEqualTo(Failures.FINAL);
	}

	@Test
	void aCycleOfCausesEnds() {
		IOException one = new IOException();
		IOException two = new IOException(one);
		one.initCause(two);
		assertThat(classify(two)).isEqualTo(Failures.RELEASED);
	}

}
