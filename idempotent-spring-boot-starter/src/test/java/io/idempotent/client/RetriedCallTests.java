package io.idempotent.client;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import io.idempotent.ClosedPort;
import io.idempotent.client.Caller.Request;
import io.idempotent.client.ScriptedService.Step;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import org.springframework.core.retry.RetryException;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.reactive.function.client.WebClientRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What is retried, how long, and what the caller is told in the end.
 */
class RetriedCallTests {

	private static final Request MARKED = Request.post().marked(IdempotentRequest.key("k"));

	private static final Step IN_PROGRESS = ScriptedService.answer(409, "{\"code\":\"in-progress\"}", "Retry-After: 0");

	@ParameterizedTest
	@EnumSource
	void aConnectionThatBreaksBeforeWhileOrAfterTheServiceHasReadTheRequestIsRetried(Caller caller) throws Exception {
		for (Step cut : new Step[] { ScriptedService.CUT_BEFORE_READING, ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.CUT_WHILE_ANSWERING, ScriptedService.CUT_BETWEEN_CHUNKS }) {
			try (ScriptedService service = new ScriptedService(cut, cut, ScriptedService.DONE)) {
				ResponseEntity<String> answer = caller.send(service, MARKED);
				assertThat(answer.getStatusCode().value()).isEqualTo(200);
				assertThat(answer.getBody()).isEqualTo("done");
				assertThat(service.connections()).isEqualTo(3);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aServiceThatDoesNotAnswerInTimeIsAskedAgain(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.SILENCE, ScriptedService.DONE)) {
			assertThat(caller.send(service, MARKED.readTimeout(Duration.ofMillis(500))).getBody()).isEqualTo("done");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRequestInProgressAndAServiceThatIsUnavailableAreAskedAgain(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(IN_PROGRESS, ScriptedService.answer(503, ""), IN_PROGRESS,
				ScriptedService.answer(503, "later", "Retry-After: soon"), ScriptedService.answer(201, "made"))) {
			ResponseEntity<String> answer = caller.send(service, MARKED);
			assertThat(answer.getStatusCode().value()).isEqualTo(201);
			assertThat(answer.getBody()).isEqualTo("made");
			assertThat(service.keys()).hasSize(5);
		}
	}

	@ParameterizedTest
	@EnumSource
	void anotherAttemptWaitsAsLongAsTheServiceAsks(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(409, "", "Retry-After: 1"),
				ScriptedService.DONE)) {
			long begin = System.nanoTime();
			assertThat(caller.send(service, MARKED).getBody()).isEqualTo("done");
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
		}
	}

	@ParameterizedTest
	@EnumSource
	void otherAnswersAreFinal(Caller caller) throws Exception {
		for (int status : new int[] { 200, 202, 204, 303, 400, 401, 404, 409, 422, 500, 501 }) {
			String body = (status == 204) ? "" : "no";
			try (ScriptedService service = new ScriptedService(ScriptedService.answer(status, body))) {
				assertThat(caller.send(service, MARKED).getStatusCode().value()).isEqualTo(status);
				assertThat(service.connections()).as("attempts for %d", status).isEqualTo(1);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void whatTheServiceOrAProxySaysToBeForLaterIsAskedAgain(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(429, ""),
				ScriptedService.answer(502, "proxy"), ScriptedService.answer(504, "proxy"),
				ScriptedService.answer(425, ""), ScriptedService.answer(409, "{\"retryable\":true}"),
				ScriptedService.answer(201, "made"))) {
			assertThat(caller.send(service, MARKED).getBody()).isEqualTo("made");
			assertThat(service.keys()).hasSize(6).containsOnly(java.util.List.of("k"));
		}
	}

	@ParameterizedTest
	@EnumSource
	void aClientMaySayAfterWhichStatusesItTriesAgain(Caller caller) throws Exception {
		Request request = MARKED.with(Request.fast().retryOn(500));
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(500, ""),
				ScriptedService.answer(503, "final"))) {
			assertThat(caller.send(service, request).getStatusCode().value()).isEqualTo(503);
			assertThat(service.connections()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theLastAnswerIsReturnedAsItIsWhenThereIsNoTimeForAnother(Caller caller) throws Exception {
		try (ScriptedService service = new ScriptedService(IN_PROGRESS,
				ScriptedService.answer(409, "{\"code\":\"in-progress\"}", "Retry-After: 30", "X-Last: yes"))) {
			long begin = System.nanoTime();
			ResponseEntity<String> answer = caller.send(service, MARKED);
			assertThat(answer.getStatusCode().value()).isEqualTo(409);
			assertThat(answer.getBody()).isEqualTo("{\"code\":\"in-progress\"}");
			assertThat(answer.getHeaders().getFirst("X-Last")).isEqualTo("yes");
			assertThat(service.connections()).isEqualTo(2);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
		}
	}

	@ParameterizedTest
	@EnumSource
	void attemptsEndWithTheDeadline(Caller caller) throws Exception {
		Request request = MARKED.with(Request.fast().delay(Duration.ofMillis(50)).deadline(Duration.ofSeconds(1)));
		try (ScriptedService service = new ScriptedService(IN_PROGRESS)) {
			long begin = System.nanoTime();
			assertThat(caller.send(service, request).getStatusCode().value()).isEqualTo(409);
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(Duration.ofMillis(900),
					Duration.ofSeconds(10));
			assertThat(service.connections()).isBetween(2, 20);
		}
	}

	@ParameterizedTest
	@EnumSource
	void theLastExceptionIsThrownAsItIs(Caller caller) throws Exception {
		Request request = MARKED.with(Request.fast().delay(Duration.ofMillis(300)).deadline(Duration.ofMillis(500)));
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_WHILE_ANSWERING)) {
			assertThatThrownBy(() -> caller.send(service, request))
				.isInstanceOf(caller.isReactive() ? WebClientRequestException.class : ResourceAccessException.class)
				.hasRootCauseInstanceOf(IOException.class)
				.satisfies((ex) -> assertThat(ex.getCause()).isNotInstanceOf(RetryException.class));
			assertThat(service.connections()).isGreaterThan(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aServiceThatIsNotThereIsWaitedForWithinTheDeadline(Caller caller) throws Exception {
		Request request = MARKED.with(Request.fast().delay(Duration.ofMillis(300)).deadline(Duration.ofMillis(500)));
		try (ClosedPort gone = new ClosedPort()) {
			assertThatThrownBy(() -> caller.send("http://127.0.0.1:" + gone.number(), request))
				.hasCauseInstanceOf(ConnectException.class);
		}
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.MATCH_ANY, names = "WEB_CLIENT.*")
	void aReactiveAttemptIsCancelledAtTheDeadline(Caller caller) throws Exception {
		Request request = MARKED.with(Request.fast().deadline(Duration.ofMillis(800)));
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.SILENCE)) {
			assertThatThrownBy(() -> caller.send(service, request)).isInstanceOf(WebClientRequestException.class)
				.hasCauseInstanceOf(TimeoutException.class)
				.hasMessageContaining("PT0.8S");
			await().until(() -> service.abandoned() == 1);
			assertThat(service.connections()).isEqualTo(2);
		}
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.MATCH_ANY, names = "WEB_CLIENT.*")
	void theAnswerBeforeACancelledAttemptIsReturned(Caller caller) throws Exception {
		Request request = MARKED.with(Request.fast().deadline(Duration.ofMillis(800)));
		try (ScriptedService service = new ScriptedService(IN_PROGRESS, ScriptedService.SILENCE)) {
			assertThat(caller.send(service, request).getStatusCode().value()).isEqualTo(409);
			assertThat(service.connections()).isEqualTo(2);
		}
	}

}
