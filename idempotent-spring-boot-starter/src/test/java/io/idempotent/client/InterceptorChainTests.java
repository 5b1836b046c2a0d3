package io.idempotent.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.client.Caller.Request;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The interceptor among others, on threads that are interrupted, and with answers that
 * must be closed.
 */
class InterceptorChainTests {

	private final IdempotencyClientInterceptor interceptor = new IdempotencyClientInterceptor(Request.fast().build());

	private static RestClient client(ScriptedService service, ClientHttpRequestInterceptor... interceptors) {
		return RestClient.builder()
			.baseUrl(service.url())
			.requestFactory(Caller.jdk(Duration.ofSeconds(20)))
			.requestInterceptors((list) -> list.addAll(List.of(interceptors)))
			.build();
	}

	private static String post(RestClient client) {
		return String.valueOf(client.post()
			.uri("/")
			.attributes(IdempotentRequest.key("k"))
			.body("order")
			.retrieve()
			.body(String.class));
	}

	@Test
	void interceptorsAfterItSeeEachAttemptWithHeadersOfItsOwnAndThoseBeforeItOneCall() throws Exception {
		AtomicInteger before = new AtomicInteger();
		AtomicInteger after = new AtomicInteger();
		try (ScriptedService service = new ScriptedService(ScriptedService.CUT_BEFORE_ANSWERING,
				ScriptedService.CUT_BEFORE_ANSWERING, ScriptedService.DONE)) {
			assertThat(post(client(service, counting(before, "X-Before"), this.interceptor, counting(after, "X-After"),
					counting(new AtomicInteger(), "X-Last"))))
				.isEqualTo("done");
			assertThat(before).hasValue(1);
			assertThat(after).hasValue(3);
			assertThat(service.received()).hasSize(3).allSatisfy((received) -> {
				assertThat(received.headers().get("X-Before")).hasSize(1);
				assertThat(received.headers().get("X-After")).hasSize(1);
				assertThat(received.headers().get("X-Last")).hasSize(1);
				assertThat(received.headers().get("Idempotency-Key")).containsExactly("k");
				assertThat(received.body()).isEqualTo("order");
			});
		}
	}

	private static ClientHttpRequestInterceptor counting(AtomicInteger calls, String header) {
		return (request, body, execution) -> {
			request.getHeaders().add(header, String.valueOf(calls.incrementAndGet()));
			return execution.execute(request, body);
		};
	}

	@Test
	void anExceptionOfAnotherInterceptorIsThrownAsItIsAndNotRetried() throws Exception {
		AtomicInteger calls = new AtomicInteger();
		try (ScriptedService service = new ScriptedService(ScriptedService.DONE)) {
			RestClient client = client(service, this.interceptor, (request, body, execution) -> {
				calls.incrementAndGet();
				throw new IllegalStateException("no token");
			});
			assertThatThrownBy(() -> post(client)).isInstanceOf(IllegalStateException.class).hasMessage("no token");
			assertThat(calls).hasValue(1);
		}
	}

	@Test
	void theStatusHandlersOfTheCallerDecideOnTheLastAnswer() throws Exception {
		try (ScriptedService service = new ScriptedService(ScriptedService.answer(503, ""),
				ScriptedService.answer(422, "{\"code\":\"key-reused\"}"))) {
			assertThatThrownBy(() -> post(client(service, this.interceptor)))
				.isInstanceOfSatisfying(HttpClientErrorException.class, (ex) -> {
					assertThat(ex.getStatusCode().value()).isEqualTo(422);
					assertThat(ex.getResponseBodyAsString()).isEqualTo("{\"code\":\"key-reused\"}");
				});
		}
	}

	@Test
	void eachAnswerIsClosedAndTheLastOneHandedOnFromMemory() throws Exception {
		List<ClosingResponse> answers = new ArrayList<>();
		ClientHttpRequestExecution execution = (request, body) -> {
			answers.add(new ClosingResponse((answers.size() < 2) ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK,
					answers.size() == 1));
			return answers.get(answers.size() - 1);
		};
		MockClientHttpRequest request = markedRequest();
		try (var answer = this.interceptor.intercept(request, new byte[0], execution)) {
			assertThat(answers).hasSize(3).allMatch((response) -> response.closed);
			assertThat(answer.getBody()).hasContent("body");
		}
		assertThat(request.getHeaders().containsHeader("Idempotency-Key")).isFalse();
	}

	@Test
	void aThreadThatIsInterruptedInAPauseReturnsTheLastAnswerAndStaysInterrupted() throws Exception {
		CountDownLatch answered = new CountDownLatch(1);
		IdempotencyClientInterceptor patient = new IdempotencyClientInterceptor(
				ClientSettings.builder().deadline(Duration.ofHours(1)).build());
		ClientHttpRequestExecution execution = (request, body) -> {
			MockClientHttpResponse answer = new MockClientHttpResponse(new byte[0], HttpStatus.CONFLICT);
			answer.getHeaders().set("Retry-After", "600");
			answered.countDown();
			return answer;
		};
		assertInterrupted(answered, () -> assertThat(patient.intercept(markedRequest(), new byte[0], execution))
			.satisfies((answer) -> assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.CONFLICT)));
	}

	@Test
	void aThreadThatIsInterruptedInAnAttemptDoesNotBeginAnother() throws Exception {
		CountDownLatch sent = new CountDownLatch(1);
		try (ScriptedService service = new ScriptedService(ScriptedService.SILENCE)) {
			RestClient client = client(service, this.interceptor, (request, body, execution) -> {
				sent.countDown();
				return execution.execute(request, body);
			});
			assertInterrupted(sent, () -> assertThatThrownBy(() -> post(client)).hasCauseInstanceOf(IOException.class));
			assertThat(service.connections()).isLessThanOrEqualTo(1);
		}
	}

	private static MockClientHttpRequest markedRequest() {
		MockClientHttpRequest request = new MockClientHttpRequest(HttpMethod.POST, URI.create("http://127.0.0.1/"));
		IdempotentRequest.key("k").accept(request.getAttributes());
		return request;
	}

	private static void assertInterrupted(CountDownLatch begun, ThrowingCallable call) throws Exception {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			CountDownLatch over = new CountDownLatch(1);
			Future<Boolean> interrupted = thread.submit(() -> {
				try {
					call.call();
					return Thread.interrupted();
				}
				catch (Throwable ex) {
					throw new AssertionError(ex);
				}
				finally {
					over.countDown();
				}
			});
			assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
			thread.shutdownNow();
			assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
			assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			thread.shutdownNow();
		}
	}

	/** Knows whether it was closed, and may break off. */
	private static final class ClosingResponse extends MockClientHttpResponse {

		private final boolean breaksOff;

		private boolean closed;

		ClosingResponse(HttpStatus status, boolean breaksOff) {
			super("body".getBytes(StandardCharsets.UTF_8), status);
			this.breaksOff = breaksOff;
		}

		@Override
		public InputStream getBody() throws IOException {
			if (this.breaksOff) {
				throw new IOException("reset");
			}
			return super.getBody();
		}

		@Override
		public void close() {
			this.closed = true;
			super.close();
		}

	}

}
