package io.idempotent.web.request;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyContext;
import io.idempotent.InProgressPolicy;
import io.idempotent.OperationInProgressException;
import io.idempotent.engine.failure.UnknownFailures;
import io.idempotent.engine.operation.Operation;
import io.idempotent.web.RecordedResponse;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who may call the handler of a claimed request, and when.
 */
class HandlerInvocationTests {

	private final HandlerInvocation run = new HandlerInvocation(
			new Operation("test", RecordedResponse.class, null, false, Duration.ofHours(1), Duration.ofSeconds(30),
					InProgressPolicy.REJECT, Duration.ofSeconds(1), AbandonedPolicy.HOLD, Set.of(),
					UnknownFailures.DEFAULT, false, null, "the request"),
			Set.of(), () -> new IdempotencyContext("", "test", "key", 1, 1));

	private void assertRefused() {
		assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> this.run.call(() -> "again"));
	}

	@Test
	void oneThatHasReturnedIsNotCalledAgain() throws Throwable {
		assertThat(this.run.call(() -> "result")).isEqualTo("result");
		assertRefused();
		assertThat(this.run.isReturned()).isTrue();
	}

	@Test
	void oneThatIsRunningIsNotCalledAgain() throws Throwable {
		assertThat(this.run.call(() -> {
			assertRefused();
			return "result";
		})).isEqualTo("result");
	}

	@Test
	void oneThatWasNotCalledBeforeTheRequestEndedIsNotCalledAfterwards() {
		this.run.close();
		assertThat(this.run.isCalled()).isFalse();
		assertRefused();
		assertThat(this.run.isCalled()).isFalse();
	}

	@Test
	void oneThatHasFailedIsCalledAgainUntilTheRequestEnds() throws Throwable {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.run.call(() -> {
			throw new IllegalStateException();
		}));
		assertThat(this.run.call(() -> "result")).isEqualTo("result");
	}

	@Test
	void oneThatHasFailedIsNotCalledAfterTheRequestEnded() {
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.run.call(() -> {
			throw new IllegalStateException();
		}));
		this.run.close();
		assertRefused();
	}

	@Test
	void whatIsUnknownStaysSo() {
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> this.run.call(() -> {
				throw new TimeoutException();
			}));
		}
		assertThat(this.run.isUnknown()).isTrue();
	}

	@Test
	void aCancelInterruptsWhatRunsAndNothingElse() throws Throwable {
		this.run.cancel();
		assertThat(this.run.isCalled()).isFalse();
		this.run.enter();
		this.run.cancel();
		this.run.leave();
		assertThat(this.run.isInterrupted()).isTrue();
		assertThat(this.run.isReturned()).isFalse();
	}

	@Test
	void aCancelAfterTheReturnChangesNothing() throws Throwable {
		this.run.call(() -> "result");
		this.run.cancel();
		assertThat(this.run.isReturned()).isTrue();
		assertThat(this.run.isInterrupted()).isFalse();
	}

	@Test
	void oneThatHasNotEndedWithItsRequestIsInterrupted() throws Throwable {
		this.run.enter();
		this.run.close();
		this.run.leave();
		assertThat(this.run.isInterrupted()).isTrue();
	}

}
