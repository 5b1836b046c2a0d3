package io.idempotent.engine;

import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;

import io.idempotent.ThrowingCallback;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.apache.commons.lang3.StringUtils;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * What is said when attempts are abandoned.
 */
@ExtendWith(OutputCaptureExtension.class)
class IncidentTests {

	private static final String WARNING = " abandoned. Under HOLD";

	private final FaultyStore faulty = new FaultyStore(new MemoryIdempotencyStore());

	private final TestEngine node = new TestEngine(this.faulty.store());

	@AfterEach
	void close() {
		this.node.close();
	}

	private <X extends Throwable> String call(String operation, ThrowingCallback<String, X> method) throws X {
		return this.node.call(this.node.operation(operation, String.class), "secret-" + operation, method).value();
	}

	private static String timeOut() throws SocketTimeoutException {
		throw new SocketTimeoutException("Read timed out");
	}

	private static void fails(ThrowingCallable call) {
		assertThat(catchThrowable(call)).isNotNull();
	}

	private static int warnings(CapturedOutput output) {
		return StringUtils.countMatches(output.getAll(), WARNING);
	}

	@Test
	void oneIncidentThatAbandonsNestedRecordsIsOneWarningThatNamesThemAll(CapturedOutput output) {
		assertThatThrownBy(() -> call("handler", () -> call("order", () -> call("payment", IncidentTests::timeOut))))
			.isInstanceOf(SocketTimeoutException.class);
		assertThat(warnings(output)).isEqualTo(1);
		assertThat(output).containsPattern("'payment'.*; .*'order'.*; .*'handler'.* all 3 are abandoned")
			.contains("IdempotencySettlement", "AbandonedExecutionResolver")
			.doesNotContain("secret-handler", "secret-order", "secret-payment");
	}

	@Test
	void whatIsAbandonedInsideOfACallThatSucceedsOrIsReleasedIsSaidWithItsEnd(CapturedOutput output) {
		call("handler", () -> {
			fails(() -> call("payment", IncidentTests::timeOut));
			assertThat(warnings(output)).isZero();
			return "later";
		});
		assertThat(output).containsPattern("'payment'[^;\n]*it is abandoned");
		assertThatThrownBy(() -> call("batch", () -> {
			for (String item : new String[] { "one", "two" }) {
				fails(() -> call(item, IncidentTests::timeOut));
			}
			throw new IllegalStateException();
		})).isInstanceOf(IllegalStateException.class);
		assertThat(output).containsPattern("'one'.*; .*'two'.* all 2 are abandoned");
		assertThat(warnings(output)).isEqualTo(2);
	}

	@Test
	void oneThatIsNoPartOfAnotherIsSaidAtOnce(CapturedOutput output) {
		fails(() -> call("payment", IncidentTests::timeOut));
		assertThat(warnings(output)).isEqualTo(1);
	}

	@Test
	void aFutureInsideOfACallIsSaidWithItOrByItself(CapturedOutput output) {
		CompletableFuture<String> late = new CompletableFuture<>();
		fails(() -> call("handler", () -> {
			fails(() -> this.node.future("k1", () -> CompletableFuture.failedFuture(new SocketTimeoutException()))
				.get());
			var unused = this.node.future("k2", () -> late);
			return timeOut();
		}));
		await().untilAsserted(() -> assertThat(output).containsPattern("'test'.*; .*'handler'.* all 2 are abandoned"));
		late.completeExceptionally(new SocketTimeoutException());
		await().untilAsserted(() -> assertThat(warnings(output)).isEqualTo(2));
	}

	@Test
	void releasedAndRecordedFailuresAreNoIncident(CapturedOutput output) {
		fails(() -> call("handler", () -> call("payment", () -> {
			throw new IllegalStateException("declined");
		})));
		assertThat(warnings(output)).isZero();
	}

	@Test
	void aClaimThatNeverReachedTheStoreIsNoAlarm(CapturedOutput output) {
		this.faulty.failBefore("claim", 2);
		fails(() -> call("payment", () -> "never"));
		await().until(() -> this.faulty.calls("release") > 0);
		assertThat(call("payment", () -> "first")).isEqualTo("first");
		assertThat(output).doesNotContain("lost the ownership").doesNotContain("attempt 0");
	}

	@Test
	void aClaimGivenUpWhenTheApplicationStopsIsNoAlarm(CapturedOutput output) {
		this.faulty.failBefore("claim", 2).failBefore("release", Integer.MAX_VALUE);
		fails(() -> call("payment", () -> "never"));
		this.node.close();
		assertThat(output).doesNotContain("attempt 0").doesNotContain("ERROR");
	}

}
