package io.idempotent.web;

import java.util.Map;
import java.util.UUID;

import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.Idempotent;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that answer every exception themselves, and wrap every answer, over a real
 * port.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class RefusalAdviceTests {

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@Parameter
	WebStack stack;

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = new WebNode(stack, TestDatabase.H2.createEmpty(),
				(stack == WebStack.TOMCAT) ? Servlet.class : Reactive.class, "idempotent.web.max-body-size=1KB");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	static class Service {

		@Idempotent(key = "#id", operation = "advice.service")
		public String act(String id, String payload) {
			return payload;
		}

		@Idempotent(key = "#id", operation = "advice.later")
		public Mono<String> later(String id, String payload) {
			return Mono.just(payload);
		}

	}

	/** Answers every exception that is not its own. */
	abstract static class Generic {

		@ExceptionHandler(Exception.class)
		ResponseEntity<String> handle(Exception ex) {
			return ResponseEntity.internalServerError().body("local " + ex.getClass().getSimpleName());
		}

	}

	@RestController
	static class GenericController extends Generic {

		private final Service service;

		GenericController(Service service) {
			this.service = service;
		}

		@Idempotent(operation = "advice.generic")
		@PostMapping("/generic")
		public Mono<Content> generic(@RequestBody String body) {
			return Mono.just(new Content(body));
		}

		@PostMapping("/generic/service/{id}/{payload}")
		public Mono<String> service(@PathVariable String id, @PathVariable String payload) {
			return this.service.later(id, payload);
		}

	}

	record Content(String body) {
	}

	@RestController
	static class AdvisedController {

		@Idempotent(operation = "advice.advised")
		@PostMapping("/advised")
		public Mono<String> advised() {
			return Mono.just("advised");
		}

	}

	@RestController
	static class ExplicitController extends Generic {

		@Idempotent(operation = "advice.explicit")
		@PostMapping("/explicit")
		public Mono<String> explicit(@RequestBody String body) {
			return Mono.just("body");
		}

		@ExceptionHandler
		ResponseEntity<String> handle(IdempotencyKeyReusedException ex) {
			return ResponseEntity.status(499).body("explicit " + ex.code());
		}

	}

	@RestControllerAdvice
	@Order(Ordered.HIGHEST_PRECEDENCE)
	static class CatchAll {

		@ExceptionHandler(Throwable.class)
		ResponseEntity<String> handle(Throwable ex) {
			return ResponseEntity.internalServerError().body("global " + ex.getClass().getSimpleName());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Service.class, GenericController.class, ExplicitController.class, AdvisedController.class, CatchAll.class,
			ExplicitAdvice.class })
	static class Controllers {

	}

	@RestControllerAdvice
	static class Envelope implements ResponseBodyAdvice<Object> {

		@Override
		public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
			return !converterType.getSimpleName().contains("String");
		}

		@Override
		public @Nullable Object beforeBodyWrite(@Nullable Object body, MethodParameter returnType, MediaType type,
				Class<? extends HttpMessageConverter<?>> converterType, ServerHttpRequest request,
				ServerHttpResponse response) {
			return Map.of("envelope", (body != null) ? body : "");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Controllers.class, Envelope.class })
	static class Servlet {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		HandlerExceptionResolver resolver() {
			return new OwnResolver();
		}

		@Bean
		RouterFunction<ServerResponse> routes(IdempotentRoutes idempotent, Service service) {
			return RouterFunctions.route()
				.POST("/routes",
						(request) -> ServerResponse.ok().body(service.act("fixed", request.body(String.class))))
				.filter(idempotent.operation("advice.route"))
				.onError(Exception.class, (ex, request) -> ServerResponse.status(500).body("route"))
				.build()
				.and(RouterFunctions.route()
					.POST("/unguarded",
							(request) -> ServerResponse.ok().body(service.act("unguarded", request.body(String.class))))
					.build());
		}

	}

	static class OwnResolver implements HandlerExceptionResolver {

		@Override
		public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
				@Nullable Object handler, Exception ex) {
			if (request.getRequestURI().matches("/(explicit|advised)")) {
				return null;
			}
			response.setStatus(500);
			return new ModelAndView();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Controllers.class)
	static class Reactive {

		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<?> routes(ReactiveIdempotentRoutes idempotent,
				Service service) {
			return org.springframework.web.reactive.function.server.RouterFunctions.route()
				.POST("/routes",
						(request) -> request.bodyToMono(String.class)
							.flatMap((body) -> service.later("fixed", body))
							.flatMap((answer) -> org.springframework.web.reactive.function.server.ServerResponse.ok()
								.bodyValue(answer)))
				.filter(idempotent.operation("advice.route"))
				.onError(Exception.class,
						(ex, request) -> org.springframework.web.reactive.function.server.ServerResponse.status(500)
							.bodyValue("route"))
				.build()
				.and(org.springframework.web.reactive.function.server.RouterFunctions.route()
					.POST("/unguarded",
							(request) -> org.springframework.web.reactive.function.server.ServerResponse.ok()
								.body(request.bodyToMono(String.class)
									.flatMap((body) -> service.later("unguarded", body)), String.class))
					.build());
		}

	}

	private static void assertProblem(Answer answer, int status, String code) {
		assertThat(answer.status()).as(answer.body()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
		assertThat(answer.body()).startsWith("{\"").contains("\"code\":\"" + code + "\"", "\"instance\":\"/");
		assertThat(answer.body()).doesNotContain("envelope");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/generic", "/routes" })
	void refusalsOfTheHeaderAreProblemsWhateverAnswersEveryException(String path) {
		assertProblem(node.post(path).body("{}").send(), 400, "key-missing");
		assertProblem(node.post(path).key("a,b").body("{}").send(), 400, "key-invalid");
		assertProblem(node.post(path).key(this.key).body("x".repeat(1_100)).send(), 413, "body-too-large");
		node.post(path).key(this.key).body("{}").send();
		assertProblem(node.post(path).key(this.key).header("Accept", "application/xml").body("[]").send(), 422,
				"key-reused");
	}

	@Test
	void refusalsOfAServiceAreProblemsWhateverAnswersEveryException() {
		node.post("/generic/service/" + this.key + "/a").send();
		assertProblem(node.post("/generic/service/" + this.key + "/b").send(), 422, "key-reused");
		node.post("/unguarded").body("first").send();
		assertProblem(node.post("/unguarded").body("second").send(), 422, "key-reused");
	}

	@Test
	void aControllerThatNamesARefusalAnswersItAndNoOther() {
		node.post("/explicit").key(this.key).body("{}").send();
		Answer reused = node.post("/explicit").key(this.key).body("[]").send();
		assertThat(reused.status()).as(reused.body()).isEqualTo(499);
		assertThat(reused.body()).isEqualTo("explicit key-reused");
		assertProblem(node.post("/explicit").body("{}").send(), 400, "key-missing");
	}

	/** WebFlux asks advices in their order, and the first one takes everything. */
	@Test
	void anAdviceThatNamesARefusalAnswersItBeforeOneThatTakesEveryException() {
		Answer missing = node.post("/advised").send();
		if (this.stack == WebStack.TOMCAT) {
			assertThat(missing.status()).as(missing.body()).isEqualTo(498);
			assertThat(missing.body()).isEqualTo("advice key-missing");
		}
		else {
			assertProblem(missing, 400, "key-missing");
		}
	}

	@Test
	void anEnvelopeIsRecordedAndPutAroundNoReplay() {
		Answer first = node.post("/generic").key(this.key).body("{}").send();
		assertThat(first.status()).isEqualTo(HttpStatus.OK.value());
		assertThat(first.body().contains("envelope")).isEqualTo(this.stack == WebStack.TOMCAT);
		Answer retry = node.post("/generic").key(this.key).body("{}").send();
		assertThat(retry.isReplayed()).isTrue();
		assertThat(retry.body()).isEqualTo(first.body());
	}

	@RestControllerAdvice(assignableTypes = AdvisedController.class)
	static class ExplicitAdvice {

		@ExceptionHandler
		ResponseEntity<String> handle(MissingIdempotencyKeyException ex) {
			return ResponseEntity.status(498).body("advice " + ex.code());
		}

	}

}
