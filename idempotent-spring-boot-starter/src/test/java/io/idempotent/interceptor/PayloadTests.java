package io.idempotent.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.Idempotent;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.codec.payload.CanonicalPayloadDigester;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.RequestEntity;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.validation.MapBindingResult;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When a second call with the same key is a retry, and when it is another request.
 */
class PayloadTests {

	@Test
	void allArgumentsButTheKeyMustBeEqual() {
		with(Payments.class, (payments) -> {
			assertThat(payments.pay("k", command(5, "a"))).isEqualTo(1);
			assertThat(payments.pay("k", command(5, "a"))).isEqualTo(1);
			assertReused(() -> payments.pay("k", command(6, "a")), "the argument command");
		});
	}

	@Test
	void aPayloadExpressionIsAllThatMustBeEqual() {
		with(Payments.class, (payments) -> {
			assertThat(payments.payAmount("k", command(5, "a"))).isEqualTo(1);
			assertThat(payments.payAmount("k", command(5, "b"))).isEqualTo(1);
			assertReused(() -> payments.payAmount("k", command(6, "a")), "expression '#command.amount'");
		});
	}

	@Test
	void aListOfExpressionsIsComparedElementByElement() {
		with(Payments.class, (payments) -> {
			assertThat(payments.payParts("k", command(5, "a"), "EUR")).isEqualTo(1);
			assertThat(payments.payParts("k", command(5, "b"), "EUR")).isEqualTo(1);
			assertReused(() -> payments.payParts("k", command(5, "a"), "USD"), "{#command.amount, #currency}");
			assertReused(() -> payments.payParts("k", command(5, "a"), null), "{#command.amount, #currency}");
		});
	}

	@Test
	void aProjectionIsComparedInItsOrder() {
		with(Payments.class, (payments) -> {
			List<Line> lines = List.of(new Line("a", 1), new Line("b", 2));
			assertThat(payments.payLines("k", lines)).isEqualTo(1);
			assertThat(payments.payLines("k", List.of(new Line("a", 3), new Line("b", 4)))).isEqualTo(1);
			assertReused(() -> payments.payLines("k", List.of(lines.get(1), lines.get(0))), "#lines.![sku]");
		});
	}

	@Test
	void aNullPayloadIsAPayload() {
		with(Payments.class, (payments) -> {
			assertThat(payments.payText("k", command(5, null))).isEqualTo(1);
			assertThat(payments.payText("k", command(6, null))).isEqualTo(1);
			assertReused(() -> payments.payText("k", command(5, "")), "#command?.text");
			assertThat(payments.payText("k", null)).isEqualTo(1);
		});
	}

	@Test
	void aConstantPayloadIsAlwaysEqual() {
		with(Payments.class, (payments) -> {
			assertThat(payments.payConstant("k", command(5, "a"))).isEqualTo(1);
			assertThat(payments.payConstant("k", command(6, "b"))).isEqualTo(1);
		});
	}

	@Test
	void anUncheckedPayloadMayBeAnythingAndIsNotEvenRead() {
		with(Payments.class, (payments) -> {
			assertThat(payments.payUnchecked("k", Stream.of(1))).isEqualTo(1);
			Stream<Integer> other = Stream.of(2);
			assertThat(payments.payUnchecked("k", other)).isEqualTo(1);
			assertThat(other.toList()).containsExactly(2);
		});
	}

	@Test
	void aPayloadThatCannotBeEvaluatedRunsNothing() {
		with(Payments.class, (payments) -> {
			assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
				.isThrownBy(() -> payments.payAmount("k", null))
				.withMessageContaining("expression '#command.amount' of `payload` could not be evaluated");
			assertThat(payments.payAmount("k", command(5, "a"))).isEqualTo(1);
		});
	}

	@Test
	void anArgumentWithoutCanonicalFormRunsNothing() {
		with(Payments.class, (payments) -> {
			assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
				.isThrownBy(() -> payments.payAny("k", Thread.currentThread()))
				.withMessageContaining("argument 'any' cannot be compared with that of a retry: java.lang.Thread")
				.withMessageContaining("Set the payload attribute");
			assertThat(payments.payAny("k", 1)).isEqualTo(1);
		});
	}

	@Test
	void whatAFrameworkPassesInMayDiffer() {
		with(Handlers.class, (handlers) -> {
			assertThat(handlers.web("k", headers("1"), UriComponentsBuilder.fromPath("1"), null,
					new MapBindingResult(Map.of(), "1"), null))
				.isEqualTo(1);
			assertThat(handlers.web("k", headers("2"), UriComponentsBuilder.fromPath("2"), null,
					new MapBindingResult(Map.of("a", 1), "2"), null))
				.isEqualTo(1);
		});
	}

	@Test
	void aPrincipalIsNotComparedButHasRecordsOfItsOwn() {
		with(Handlers.class, (handlers) -> {
			assertThat(user(handlers, "1")).isEqualTo(1);
			assertThat(user(handlers, "2")).isEqualTo(2);
			assertThat(user(handlers, "1")).isEqualTo(1);
			assertThat(user(handlers, "2")).isEqualTo(2);
		});
	}

	private static int user(Handlers handlers, String name) {
		return handlers.user("k", () -> name, token(name), new SecurityContextImpl(token(name)), new User(name),
				new User(name));
	}

	@Test
	void theSameTypesCountWhereTheApplicationPassesThemIn() {
		with(Handlers.class, (handlers) -> {
			assertThat(handlers.register("k", new User("1"), Locale.GERMAN)).isEqualTo(1);
			assertReused(() -> handlers.register("k", new User("2"), Locale.GERMAN), "the arguments user, locale");
			assertReused(() -> handlers.register("k", new User("1"), Locale.FRENCH), "the arguments user, locale");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "jakarta.servlet.ServletRequest", "jakarta.servlet.ServletResponse",
			"jakarta.servlet.http.HttpSession", "org.springframework.messaging.MessageHeaders",
			"org.springframework.kafka.support.Acknowledgment", "org.apache.kafka.clients.consumer.Consumer",
			"com.rabbitmq.client.Channel" })
	void typesOfAbsentLibrariesAreKnownByName(String type, @TempDir Path directory) throws Exception {
		assertThat(new TestOperations().read(handlerOf(type, directory), "handle").operation().compared())
			.isEqualTo("nothing (only the key)");
	}

	@Test
	void whatCarriesTheRequestTogetherWithHowItCameIsRefusedAtStart() {
		assertRefused(Refused.class, "entity", "argument 'entity' is a org.springframework.http.HttpEntity",
				"payload = \"#entity.body\"");
		assertRefused(Refused.class, "request", "argument 'request' is a org.springframework.http.HttpEntity",
				"payload = \"#request.body\"");
		assertRefused(Refused.class, "explicit", "argument 'entity' is a org.springframework.http.HttpEntity",
				"payload = \"#entity.body\"");
		with(Envelopes.class, (envelopes) -> {
			assertThat(envelopes.body("k", new HttpEntity<>("a", headers("1")))).isEqualTo(1);
			assertThat(envelopes.body("k", new HttpEntity<>("a", headers("2")))).isEqualTo(1);
			assertReused(() -> envelopes.body("k", new HttpEntity<>("b", headers("1"))), "#entity.body");
		});
	}

	@ParameterizedTest
	@CsvSource({ "org.springframework.messaging.Message, payload", "org.springframework.amqp.core.Message, body",
			"jakarta.jms.Message, getBody(T(java.lang.String))" })
	void messagesAreRefusedAtStart(String type, String content, @TempDir Path directory) throws Exception {
		assertRefused(handlerOf(type, directory), "handle", "is a " + type, "payload = \"#a1." + content + "\"");
	}

	@Test
	void aRecordOfKafkaIsRefusedAtStart() {
		assertRefused(KafkaListening.class, "handle", "is a " + ConsumerRecord.class.getName(),
				"payload = \"#record.value()\"");
	}

	@Test
	void filesThatAreUploadedAreRefusedAtStart() {
		String why = "argument 'file' cannot be compared with that of a retry";
		assertRefused(Refused.class, "upload", why, "Set the payload attribute");
		assertRefused(Refused.class, "explicitUpload", why, "Set the payload attribute");
	}

	@ParameterizedTest
	@ValueSource(strings = { "jakarta.servlet.http.Part", "org.springframework.http.codec.multipart.Part" })
	void partsOfAnUploadAreRefusedAtStart(String type, @TempDir Path directory) throws Exception {
		assertRefused(handlerOf(type, directory), "handle", "argument 'a1' cannot be compared",
				"can be read only once");
	}

	@Test
	void aMessageOfProtocolBuffersIsRefusedBecauseItsFieldsChangeByReading(@TempDir Path directory) throws Exception {
		SourceCompiler compiler = new SourceCompiler(directory);
		compiler.compile("com.google.protobuf.MessageLite", "public interface MessageLite { }");
		Object message = compiler
			.compile("app.Order", "public class Order implements com.google.protobuf.MessageLite { int hash; }")
			.getConstructor()
			.newInstance();
		with(Payments.class,
				(payments) -> assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
					.isThrownBy(() -> payments.payAny("k", message))
					.withMessageContaining("app.Order keeps in its fields what it has computed; use its bytes"));
	}

	private static <T> void with(Class<T> bean, Consumer<T> calls) {
		Application.proxyingClasses().withBean(bean).run((context) -> calls.accept(context.getBean(bean)));
	}

	private static void assertReused(Supplier<?> call, String compared) {
		assertThatExceptionOfType(IdempotencyKeyReusedException.class).isThrownBy(call::get)
			.withMessageContaining(compared);
	}

	private static void assertRefused(Class<?> bean, String method, String... sentences) {
		assertThatExceptionOfType(InvalidIdempotentMethodException.class)
			.isThrownBy(() -> new TestOperations().source(new CanonicalPayloadDigester())
				.find(TestOperations.methodOf(bean, method), bean))
			.satisfies((refusal) -> assertThat(refusal).hasMessageContainingAll(sentences));
	}

	static class KafkaListening {

		@Idempotent(key = "#id")
		public String handle(String id, ConsumerRecord<String, String> record) {
			return id;
		}

	}

	private static Class<?> handlerOf(String type, Path directory) throws Exception {
		SourceCompiler compiler = new SourceCompiler(directory);
		compiler.compile(type, "public interface %s { }".formatted(type.substring(type.lastIndexOf('.') + 1)));
		return compiler.compile("app.Handler", """
				public class Handler {
					public interface Special extends %1$s { }
					@io.idempotent.Idempotent(key = "#a0")
					public String handle(String id, Special argument) { return id; }
				}""".formatted(type));
	}

	private static Command command(int amount, String text) {
		return new Command(amount, text);
	}

	private static HttpHeaders headers(String trace) {
		HttpHeaders headers = new HttpHeaders();
		headers.set("traceparent", trace);
		return headers;
	}

	private static Authentication token(String user) {
		return new TestingAuthenticationToken(user, "password");
	}

	@Retention(RetentionPolicy.RUNTIME)
	@AuthenticationPrincipal
	@interface CurrentUser {

	}

	public record Command(int amount, String text) {

	}

	public record Line(String sku, int count) {

	}

	public record User(String name) {

	}

	static class Payments {

		private final AtomicInteger calls = new AtomicInteger();

		@Idempotent(key = "#id", operation = "pay")
		public int pay(String id, Command command) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "payAmount", payload = "#command.amount")
		public int payAmount(String id, Command command) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "payParts", payload = "{#command.amount, #currency}")
		public int payParts(String id, Command command, String currency) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "payLines", payload = "#lines.![sku]")
		public int payLines(String id, List<Line> lines) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "payText", payload = "#command?.text")
		public int payText(String id, Command command) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "payConstant", payload = "'v1'")
		public int payConstant(String id, Command command) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "payUnchecked", payload = Idempotent.UNCHECKED)
		public int payUnchecked(String id, Stream<Integer> numbers) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "payAny")
		public int payAny(String id, Object any) {
			return this.calls.incrementAndGet();
		}

	}

	static class Handlers {

		private final AtomicInteger calls = new AtomicInteger();

		@Idempotent(key = "#id", operation = "web")
		public int web(String id, HttpHeaders headers, UriComponentsBuilder uri, WebRequest request,
				BindingResult errors, Model model) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "user")
		public int user(String id, Principal principal, Authentication token, SecurityContext context,
				@AuthenticationPrincipal User user, @CurrentUser User current) {
			return this.calls.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "register")
		public int register(String id, User user, Locale locale) {
			return this.calls.incrementAndGet();
		}

	}

	static class Envelopes {

		private final AtomicInteger calls = new AtomicInteger();

		@Idempotent(key = "#id", operation = "body", payload = "#entity.body")
		public int body(String id, HttpEntity<String> entity) {
			return this.calls.incrementAndGet();
		}

	}

	static class Refused {

		@Idempotent(key = "#id")
		public void entity(String id, HttpEntity<String> entity) {
		}

		@Idempotent(key = "#request.body")
		public void request(RequestEntity<String> request) {
		}

		@Idempotent(key = "#id", payload = "{#entity, 1}")
		public void explicit(String id, HttpEntity<String> entity) {
		}

		@Idempotent(key = "#id")
		public void upload(String id, MultipartFile file) {
		}

		@Idempotent(key = "#id", payload = "#file")
		public void explicitUpload(String id, MultipartFile file) {
		}

	}

}
