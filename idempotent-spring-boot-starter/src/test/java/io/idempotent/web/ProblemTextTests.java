package io.idempotent.web;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.OwnershipLostException;
import io.idempotent.RecordedFailureException;
import io.idempotent.ResultUnavailableException;
import io.idempotent.client.IdempotencyClientInterceptor;
import io.idempotent.web.execute.ExecuteAnswers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of refusals: what a client is told of each, and what ours makes of it.
 */
class ProblemTextTests {

	/** What only those can act on who write or run the application. */
	private static final Pattern FORBIDDEN = Pattern
		.compile("idempotent\\.|@Idempotent|annotation|attribute|propert|\\bbeans?\\b|\\bnodes?\\b|payload|"
				+ "Settlement|Resolver|Exception|[a-z]+\\.[a-z]+\\.[A-Z]|onAbandoned|lease|argument|\\bstore\\b|nobody|somebody",
				Pattern.CASE_INSENSITIVE);

	private static final String OPERATION = "com.acme.OrderService.place(Order)";

	private final IdempotencyProblems problems = new IdempotencyProblems(null, "Idempotency-Key");

	static Stream<Arguments> refusals() {
		String key = "order-key-1";
		return Stream.of(
				Arguments.of(new MissingIdempotencyKeyException(OPERATION, "expression '#id'"), 400, "key-missing",
						false),
				Arguments.of(invalid("the scope is longer (idempotent.web.anonymous=shared)", null), 400, "key-invalid",
						false),
				Arguments.of(invalid("twice", new MalformedKeyException("the header occurs more than once")), 400,
						"key-invalid", false),
				Arguments.of(
						new OperationInProgressException(OPERATION, key, "It is on this node.", Duration.ofSeconds(3)),
						409, "in-progress", true),
				Arguments.of(new IdempotencyKeyReusedException(OPERATION, key, "the argument command"), 422,
						"key-reused", false),
				Arguments.of(new OutcomeUnknownException(attempt(key), "There is no resolver."), 409, "outcome-unknown",
						false),
				Arguments.of(new ResultUnavailableException(OPERATION, key, "Raise idempotent.max-result-size.", null),
						409, "result-unavailable", false),
				Arguments.of(new RecordedFailureException(OPERATION, key, "com.acme.Declined", "m", null), 500,
						"recorded-failure", false),
				Arguments.of(new OwnershipLostException(OPERATION, key, 1), 409, "ownership-lost", true),
				Arguments.of(new IdempotencyStoreException(OPERATION, key, "The claim could not be made.", null), 503,
						"store-unavailable", true));
	}

	private static IdempotencyException invalid(String reason, Throwable cause) {
		return new InvalidIdempotencyKeyException(OPERATION, "order-key-1", reason, cause);
	}

	private static AbandonedAttempt attempt(String key) {
		return new AbandonedAttempt("", OPERATION, key, 1, 1, Instant.EPOCH);
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void aClientIsToldWhatItCanActOnAndWhetherARetryHelps(IdempotencyException refusal, int status, String code,
			boolean retryable) throws Exception {
		ResponseEntity<ProblemDetail> answer = this.problems.toResponse(refusal);
		ProblemDetail problem = answer.getBody();
		assertThat(answer.getStatusCode().value()).isEqualTo(status);
		assertThat(problem.getProperties()).containsEntry("code", code).containsEntry("retryable", retryable);
		assertThat(problem.getDetail()).isNotBlank().doesNotContainPattern(FORBIDDEN);
		assertThat(answer.getHeaders().getFirst(HttpHeaders.RETRY_AFTER) != null).isEqualTo(retryable);
		if (!code.equals("key-missing")) {
			assertThat(refusal).hasMessageContaining(OPERATION);
		}
		assertThat(attempts(answer)).isEqualTo(retryable ? 2 : 1);
		ResponseEntity<byte[]> executed = ExecuteAnswers.refused(refusal, false);
		String text = new String(ExecuteAnswers.bodyOf(executed), StandardCharsets.UTF_8);
		assertThat(text.replaceAll("operation or payload", "")).doesNotContainPattern(FORBIDDEN);
		assertThat(executed.getHeaders().getFirst(HttpHeaders.RETRY_AFTER) != null).isEqualTo(retryable);
	}

	/** How often our client sends a request that is refused so, and then answered. */
	private static int attempts(ResponseEntity<ProblemDetail> refusal) throws Exception {
		byte[] body = IdempotencyProblems.json(refusal, "/orders");
		int[] attempts = { 0 };
		MockClientHttpRequest request = new MockClientHttpRequest(HttpMethod.POST, "/orders");
		request.getHeaders().set("Idempotency-Key", "k");
		new IdempotencyClientInterceptor().intercept(request, new byte[0], (sent, sentBody) -> {
			attempts[0]++;
			MockClientHttpResponse response = (attempts[0] == 1)
					? new MockClientHttpResponse(body, refusal.getStatusCode())
					: new MockClientHttpResponse(new byte[0], HttpStatusCode.valueOf(200));
			if (attempts[0] == 1) {
				refusal.getHeaders().forEach(response.getHeaders()::addAll);
			}
			return response;
		});
		return attempts[0];
	}

	@Test
	void aMalformedKeyIsToldWhy() {
		ProblemDetail problem = this.problems
			.toResponse(invalid("x", new MalformedKeyException("the header occurs more than once")))
			.getBody();
		assertThat(problem.getDetail()).contains("the header occurs more than once");
	}

	@Test
	void aBodyThatIsTooLargeIsToldTheLimit() {
		ProblemDetail problem = this.problems.toResponse(new BodyTooLargeException(1_024)).getBody();
		assertThat(problem.getDetail()).contains("1024").doesNotContainPattern(FORBIDDEN);
		assertThat(List.of(problem.getStatus())).containsExactly(413);
	}

}
