package io.idempotent.web;

import java.util.stream.Stream;

import io.idempotent.Idempotent;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.TransactionMode;
import io.idempotent.autoconfigure.IdempotencyAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyStoreAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyWebAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyWebMvcAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.SecurityFilterChain;
import java.io.Writer;
import java.security.Principal;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.ui.ExtendedModelMap;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.support.SessionStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.scheduling.annotation.Async;
import org.springframework.web.servlet.view.RedirectView;
import io.idempotent.interceptor.InvalidIdempotentMethodException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Handlers that could not be guarded stop the start, each with a sentence that names it
 * and the remedy.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandlerDeclarationTests {

	private final WebApplicationContextRunner application = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
				WebMvcAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class,
				IdempotencyAutoConfiguration.class, IdempotencyWebAutoConfiguration.class,
				IdempotencyWebMvcAutoConfiguration.class))
		.withPropertyValues("idempotent.store=memory");

	@RestController
	static class OnAnotherThread {

		@Async
		@Idempotent(key = "#id", operation = "test")
		@PostMapping("/{id}")
		public CompletableFuture<String> act(@PathVariable String id) {
			return CompletableFuture.completedFuture(id);
		}

	}

	@Async
	@RestController
	static class AllOnAnotherThread {

		@Idempotent(key = "#id", operation = "test")
		@PostMapping("/{id}")
		public CompletableFuture<String> act(@PathVariable String id) {
			return CompletableFuture.completedFuture(id);
		}

	}

	@RestController
	static class OnAnotherThreadByName {

		@Async
		@Idempotent(key = "#id", operation = "test")
		@PostMapping("/{id}")
		public CompletableFuture<String> act(@PathVariable String id, Principal who) {
			return CompletableFuture.completedFuture(id);
		}

		@Async
		@Idempotent(key = "#id", operation = "shared", scope = Idempotent.UNSCOPED)
		@PostMapping("/shared/{id}")
		public CompletableFuture<String> share(@PathVariable String id) {
			return CompletableFuture.completedFuture(id);
		}

	}

	@ParameterizedTest
	@ValueSource(classes = { OnAnotherThread.class, AllOnAnotherThread.class })
	void aHandlerThatIsCalledOnAnotherThreadWhereItsUserIsNotKnownStopsTheStart(Class<?> handler) {
		this.application.withBean(handler)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasMessageContaining("it handles web requests and is @Async")
				.hasMessageContaining("scope = \"#name\""));
		this.application.withBean(handler)
			.withPropertyValues("idempotent.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
		this.application.withBean(OnAnotherThreadByName.class).run((context) -> assertThat(context).hasNotFailed());
	}

	static class NoHandler {

		@Idempotent(operation = "test")
		public String act() {
			return "";
		}

	}

	@RestController
	static class Get {

		@Idempotent(operation = "test")
		@GetMapping("/")
		public String act() {
			return "";
		}

	}

	@RestController
	static class AnyMethod {

		@Idempotent(operation = "test")
		@RequestMapping("/")
		public String act() {
			return "";
		}

	}

	@RestController
	static class Emitter {

		@Idempotent(operation = "test")
		@PostMapping("/")
		public SseEmitter act() {
			return new SseEmitter();
		}

	}

	@RestController
	static class Streaming {

		@Idempotent(operation = "test")
		@PostMapping("/")
		public ResponseEntity<StreamingResponseBody> act() {
			return ResponseEntity.ok().build();
		}

	}

	@RestController
	static class Many {

		@Idempotent(operation = "test")
		@PostMapping("/")
		public Flux<String> act() {
			return Flux.empty();
		}

	}

	@RestController
	static class Payload {

		@Idempotent(operation = "test", payload = "#name")
		@PostMapping("/")
		public String act(@RequestParam String name) {
			return name;
		}

	}

	@RestController
	static class Scope {

		@Idempotent(operation = "test", scope = "#name")
		@PostMapping("/")
		public String act(@RequestParam String name) {
			return name;
		}

	}

	@RestController
	static class Join {

		@Idempotent(operation = "test", transaction = TransactionMode.JOIN)
		@PostMapping("/")
		public String act() {
			return "";
		}

	}

	@RestController
	public static class Right {

		@Idempotent(operation = "test", payload = Idempotent.UNCHECKED, scope = "'tenant'")
		@PostMapping("/")
		public String act() {
			return "";
		}

	}

	static Stream<Arguments> wrong() {
		return Stream.of(Arguments.of(NoHandler.class, "is no handler of web requests", "@PostMapping"),
				Arguments.of(Get.class, "it handles GET", "POST, PUT, PATCH and DELETE"),
				Arguments.of(AnyMethod.class, "names no HTTP method", "POST, PUT, PATCH and DELETE"),
				Arguments.of(Emitter.class, "SseEmitter", "Return the whole answer"),
				Arguments.of(Streaming.class, "StreamingResponseBody", "Return the whole answer"),
				Arguments.of(Many.class, "Flux", "Return the whole answer"),
				Arguments.of(Payload.class,
						"expression '#name' of `payload` refers to #name, which a web request does not have",
						"it has #body, #query, #headers, #path"),
				Arguments.of(Scope.class, "refers to #name", "no parameters to refer to"),
				Arguments.of(Join.class, "transaction = JOIN", "a method of the service"));
	}

	@ParameterizedTest
	@MethodSource("wrong")
	void aHandlerThatCannotBeGuardedStopsTheStart(Class<?> bean, String problem, String remedy) {
		this.application.withBean(bean)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(bean.getName() + ".act(")
				.hasMessageContaining(problem)
				.hasMessageContaining(remedy));
	}

	@Test
	void whereKeysAreNotTakenFromRequestsTheStartIsStopped() {
		this.application.withBean(Right.class)
			.withPropertyValues("idempotent.web.enabled=false")
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("idempotent.web.enabled")
				.hasMessageContaining("key = \"#name\""));
	}

	@Test
	void aHandlerThatIsCalledWithoutARequestDoesNotRun() {
		this.application.withBean(Right.class).run((context) -> {
			Right handler = context.getBean(Right.class);
			assertThatExceptionOfType(MissingIdempotencyKeyException.class).isThrownBy(handler::act)
				.withMessageContaining("not that of a request");
		});
	}

	@Test
	void withoutSpringSecuritySharedKeysAreWarnedOfOnceUnlessThatIsSaid(CapturedOutput output) {
		WebApplicationContextRunner insecure = this.application.withBean(Right.class)
			.withClassLoader(new FilteredClassLoader(SecurityFilterChain.class));
		insecure.withPropertyValues("idempotent.web.anonymous=shared")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("shared by all clients");
		insecure.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getAll().lines().filter((line) -> line.contains("shared by all clients"))).singleElement()
			.asString()
			.contains("WARN", "idempotent.web.anonymous");
	}

	@Test
	void withoutSuchHandlersThereIsNothingToWarnOf(CapturedOutput output) {
		this.application.withClassLoader(new FilteredClassLoader(SecurityFilterChain.class))
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("shared by all clients");
	}

	@Test
	void aHandlerIsIndependentOfTransactionsWhateverIsConfiguredForOthers() {
		this.application.withBean(Right.class)
			.withPropertyValues("idempotent.transaction=join")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@RestController
	static class Outputs {

		@Idempotent(key = "#id", operation = "o.response")
		@PostMapping("/o1")
		public void response(@RequestParam String id, HttpServletResponse response) {
		}

		@Idempotent(key = "#id", operation = "o.model")
		@PostMapping("/o2")
		public String model(@RequestParam String id, ExtendedModelMap model) {
			return "view";
		}

		@Idempotent(key = "#id", operation = "o.redirect")
		@PostMapping("/o3")
		public String redirect(@RequestParam String id, RedirectAttributes attributes) {
			return "redirect:/{id}";
		}

		@Idempotent(key = "#id", operation = "o.errors")
		@PostMapping("/o4")
		public String errors(@RequestParam String id, BindingResult errors) {
			return "view";
		}

		@Idempotent(key = "#id", operation = "o.session")
		@PostMapping("/o5")
		public String session(@RequestParam String id, SessionStatus status) {
			return "view";
		}

		@Idempotent(key = "#id", operation = "o.reactive")
		@PostMapping("/o6")
		public String reactive(@RequestParam String id, ServerHttpResponse response) {
			return "view";
		}

		@Idempotent(key = "#id", operation = "o.view")
		@PostMapping("/o7")
		public RedirectView view(@RequestParam String id) {
			return new RedirectView("/");
		}

		@Idempotent(key = "#id", operation = "o.map")
		@PostMapping("/o8")
		public String map(@RequestParam String id, Map<String, Object> model) {
			return "view";
		}

		@Idempotent(key = "#id", operation = "o.writer")
		@PostMapping("/o9")
		public void writer(@RequestParam String id, Writer writer) {
		}

	}

	@Test
	void aHandlerWithAKeyOfItsOwnThatAnswersByOtherMeansThanItsResultStopsTheStart() {
		this.application.withBean(Outputs.class)
			.run((context) -> assertThat(context.getStartupFailure())
				.asInstanceOf(InstanceOfAssertFactories.throwable(InvalidIdempotentMethodException.class))
				.satisfies((ex) -> assertThat(ex.problems()).hasSize(9)
					.allSatisfy((problem) -> assertThat(problem.toString()).contains("only its result is replayed",
							"Remove `key`"))));
	}

}
