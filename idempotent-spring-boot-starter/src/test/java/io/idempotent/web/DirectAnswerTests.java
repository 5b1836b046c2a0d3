package io.idempotent.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.Idempotent;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import jakarta.servlet.Filter;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Answers that are made by the means of a servlet, and handlers that are reached by other
 * dispatches than that of the request, over a real port.
 */
class DirectAnswerTests {

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@BeforeAll
	static void start() {
		node = new WebNode(TestDatabase.H2.createEmpty(), Direct.class, "server.servlet.session.tracking-modes=url");
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Writer.class, Late.class, Dispatcher.class, Service.class })
	static class Direct {

		@Bean
		FilterRegistrationBean<Filter> rewriting() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				if (((HttpServletRequest) request).getRequestURI().startsWith("/old/")) {
					request.getRequestDispatcher("/target").forward(request, response);
				}
				else {
					chain.doFilter(request, response);
				}
			});
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
			return registration;
		}

		/** Behind ours, as filters are by default. */
		@Bean
		FilterRegistrationBean<Filter> renaming() {
			return new FilterRegistrationBean<>((request, response, chain) -> {
				HttpServletRequest http = (HttpServletRequest) request;
				String key = http.getHeader("X-Key");
				if (http.getHeader("X-Read") != null) {
					assertThat(request.getInputStream().readAllBytes()).isNotEmpty();
				}
				chain.doFilter((key == null) ? request : new HttpServletRequestWrapper(http) {

					@Override
					public Enumeration<String> getHeaders(String name) {
						return name.equals("Idempotency-Key") ? Collections.enumeration(List.of(key))
								: super.getHeaders(name);
					}

				}, response);
			});
		}

	}

	static class Service {

		private final AtomicInteger runs = new AtomicInteger();

		@Idempotent(key = "#id", operation = "direct.service")
		public String act(String id) {
			return "acted " + this.runs.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "direct.pay")
		public void pay(String id, String payload) {
			this.runs.incrementAndGet();
		}

	}

	@RestController
	static class Late {

		private final AtomicInteger runs = new AtomicInteger();

		private final Service service;

		Late(Service service) {
			this.service = service;
		}

		@Idempotent(operation = "direct.late")
		@PostMapping("/late/{way}")
		public DeferredResult<ResponseEntity<String>> late(@PathVariable String way) {
			ResponseEntity<String> instead = ResponseEntity.status(way.equals("accepted") ? 202 : 503)
				.body("late " + this.runs.incrementAndGet());
			if (!way.equals("callback")) {
				return new DeferredResult<>(1L, instead);
			}
			DeferredResult<ResponseEntity<String>> result = new DeferredResult<>(1L);
			result.onTimeout(() -> result.setErrorResult(instead));
			return result;
		}

		@PostMapping("/partly/{way}/{id}/{payload}")
		public void partly(@PathVariable String way, @PathVariable String id, @PathVariable String payload,
				HttpServletResponse response) throws IOException {
			if (way.equals("writer")) {
				response.getWriter().print("a;b;c");
			}
			else {
				response.getOutputStream().print("a;b;c");
			}
			if (way.equals("sent")) {
				response.flushBuffer();
			}
			this.service.pay(id, payload);
		}

		@PostMapping("/unguarded-redirect")
		public void unguarded(HttpServletRequest request, HttpServletResponse response) throws IOException {
			response.sendRedirect(request.getHeader("X-To"));
		}

		@Idempotent(operation = "direct.redirect")
		@PostMapping("/guarded-redirect")
		public void guarded(HttpServletRequest request, HttpServletResponse response) throws IOException {
			response.sendRedirect(request.getHeader("X-To"));
		}

		@PostMapping("/unguarded-reset")
		public void reset(HttpServletResponse response) throws IOException {
			response.getWriter().print("before");
			response.reset();
			response.getWriter().print("after");
		}

	}

	@RestController
	static class Writer {

		private final AtomicInteger runs = new AtomicInteger();

		private final Service service;

		Writer(Service service) {
			this.service = service;
		}

		@Idempotent(operation = "direct.write")
		@PostMapping("/direct/{way}")
		public void write(@PathVariable String way, HttpServletRequest request, HttpServletResponse response)
				throws IOException {
			String text = "\u00e4\u20ac run " + this.runs.incrementAndGet();
			switch (way) {
				case "locale" -> {
					response.setLocale(Locale.forLanguageTag("de-CH"));
					response.getWriter().print(text);
				}
				case "locale-charset" -> {
					response.setContentType("text/plain");
					response.setLocale(Locale.JAPAN);
					response.getWriter().print("\u3042" + this.runs.get());
				}
				case "charset-after-writer" -> {
					response.setContentType("text/plain;charset=UTF-8");
					response.getWriter().print(text);
					response.setContentType("text/html;charset=ISO-8859-1");
					response.setCharacterEncoding("UTF-16");
					response.setLocale(Locale.JAPAN);
					response.setHeader("Content-Type", "text/html;charset=US-ASCII");
				}
				case "charset-before-type" -> {
					response.setCharacterEncoding("UTF-8");
					response.setContentType("text/plain");
					response.getWriter().print(text);
				}
				case "reset" -> {
					response.setHeader("X-Before", "reset");
					response.getOutputStream().print("before");
					response.reset();
					response.setBufferSize(64_000);
					response.setContentType("text/plain;charset=UTF-8");
					response.getWriter().print(text);
				}
				case "reset-buffer" -> {
					response.setHeader("X-Kept", "yes");
					response.setContentType("text/plain;charset=UTF-8");
					response.getWriter().print("before");
					response.resetBuffer();
					response.getWriter().print(text);
				}
				case "dates" -> {
					response.addDateHeader("X-Date", 0);
					response.addDateHeader("X-Date", 86_400_000);
					response.setDateHeader("Last-Modified", 1_000);
					response.addIntHeader("X-Int", 7);
					response.addIntHeader("X-Int", 8);
					response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
				}
				case "length" -> {
					byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
					response.setIntHeader("Content-Length", bytes.length);
					response.setContentLengthLong(bytes.length);
					response.getOutputStream().write(bytes);
				}
				case "redirect" -> {
					response.getWriter().print("before");
					response.sendRedirect("/orders/" + this.runs.get(), 303);
				}
				case "after-redirect" -> {
					response.sendRedirect("/orders/" + this.runs.get());
					assertThat(response.isCommitted()).isTrue();
					response.setStatus(200);
					response.getWriter().print("after");
				}
				case "error" -> response.sendError(410, "gone");
				case "trailers" -> {
					response.setTrailerFields(() -> Map.of("X-Trailer", "end"));
					response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
				}
				case "cookies" -> {
					response.addCookie(new Cookie("session", "secret"));
					response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
				}
				case "session" -> {
					request.getSession();
					response.setHeader("Location", response.encodeRedirectURL("/orders/1"));
					response.setHeader("Link", "</next;jsessionid=12AB>; rel=next");
					response.setHeader("Content-Location", "/a;JSESSIONID=12AB.node1;v=2?x=1");
					response.getWriter().print(response.encodeURL("/orders/1") + " " + this.runs.get());
				}
				default -> throw new IllegalArgumentException(way);
			}
		}

		@Idempotent(operation = "direct.secrets")
		@PostMapping("/secrets")
		public ResponseEntity<String> secrets() {
			return ResponseEntity.ok()
				.header("Authorization", "Bearer secret")
				.header("X-Auth-Token", "secret")
				.header("x-csrf-token", "secret")
				.header("Authentication-Info", "secret")
				.header("Proxy-Authenticate", "secret")
				.header("WWW-Authenticate", "secret")
				.header("Set-Cookie", "a=secret")
				.header("Location", "/orders;jsessionid=secret")
				.header("X-Order", "kept")
				.body("run " + this.runs.incrementAndGet());
		}

		@Idempotent(operation = "direct.outer")
		@PostMapping("/outer/{id}")
		public String outer(@PathVariable String id) {
			return this.service.act(id);
		}

		@PostMapping("/both/{id}/{other}")
		public String both(@PathVariable String id, @PathVariable String other) {
			return this.service.act(id) + this.service.act(other);
		}

		@Idempotent(key = "#id", operation = "direct.keyed")
		@PostMapping("/keyed/{id}/{inner}")
		public String keyed(@PathVariable String id, @PathVariable String inner) {
			return "keyed " + this.service.act(inner);
		}

	}

	@Controller
	static class Dispatcher {

		private final AtomicInteger runs = new AtomicInteger();

		@PostMapping("/forward")
		public String forward() {
			return "forward:/target";
		}

		@PostMapping("/include")
		public void include(HttpServletRequest request, HttpServletResponse response)
				throws ServletException, IOException {
			response.setContentType("text/plain;charset=UTF-8");
			response.getOutputStream().print("[");
			request.getRequestDispatcher("/target").include(request, response);
			response.getOutputStream().print("]");
		}

		@PostMapping("/dispatch")
		public void dispatch(HttpServletRequest request, HttpServletResponse response) {
			request.startAsync().dispatch("/target");
		}

		@PostMapping("/dispatch-wrapped")
		public void dispatchWrapped(HttpServletRequest request, HttpServletResponse response) {
			request.startAsync(request, response).dispatch("/target");
		}

		@PostMapping("/forward-by-dispatcher")
		public void forwardByDispatcher(HttpServletRequest request, HttpServletResponse response)
				throws ServletException, IOException {
			RequestDispatcher dispatcher = request.getRequestDispatcher("/target-later");
			dispatcher.forward(request, response);
		}

		@Idempotent(key = "#id", operation = "direct.keyed-redirect")
		@PostMapping("/keyed-redirect/{id}")
		public String keyedRedirect(@PathVariable String id) {
			return "redirect:/orders/" + this.runs.incrementAndGet();
		}

		@Idempotent(operation = "direct.view")
		@PostMapping("/view")
		public String view() {
			return "forward:/page";
		}

		@Idempotent(operation = "direct.within")
		@PostMapping("/within")
		public void within(HttpServletRequest request, HttpServletResponse response)
				throws ServletException, IOException {
			request.getRequestDispatcher("/page").forward(request, response);
		}

		@PostMapping("/page")
		public ResponseEntity<String> page() {
			return ResponseEntity.ok("page " + this.runs.incrementAndGet());
		}

		@Idempotent(operation = "direct.target")
		@PostMapping("/target")
		public ResponseEntity<String> target() {
			return ResponseEntity.accepted().header("X-Target", "yes").body("target " + this.runs.incrementAndGet());
		}

		@Idempotent(operation = "direct.target-later")
		@PostMapping("/target-later")
		public Callable<ResponseEntity<String>> targetLater() {
			return this::target;
		}

	}

	private static void assertSame(Answer retry, Answer first) {
		assertThat(first.isReplayed()).isFalse();
		assertThat(retry.isReplayed()).as(retry.status() + retry.body()).isTrue();
		assertThat(retry.status()).isEqualTo(first.status());
		assertThat(retry.response().body()).isEqualTo(first.response().body());
	}

	private static final List<String> TRANSMISSION = List.of("date", "set-cookie", "idempotent-replayed",
			"cache-control", "expires", "pragma", "transfer-encoding", "content-length", "connection", "keep-alive",
			"trailer");

	@ParameterizedTest
	@ValueSource(strings = { "locale", "locale-charset", "charset-after-writer", "charset-before-type", "reset",
			"reset-buffer", "dates", "length", "redirect", "after-redirect", "trailers", "cookies" })
	void whatAHandlerSaysByTheMeansOfAServletIsReplayed(String way) {
		Answer first = node.post("/direct/" + way).key(this.key).send();
		Answer retry = node.post("/direct/" + way).key(this.key).send();
		assertSame(retry, first);
		first.response().headers().map().forEach((name, values) -> {
			if (!TRANSMISSION.contains(name)) {
				assertThat(retry.headers(name)).as(name).isEqualTo(values);
			}
		});
		assertThat(retry.header("Set-Cookie")).isEmpty();
	}

	@Test
	void theLanguageAndTheCharsetAreThoseOfTheBytes() {
		Answer german = node.post("/direct/locale").key(this.key).send();
		assertThat(german.header("Content-Language")).hasValue("de-CH");
		Answer fixed = node.post("/direct/charset-after-writer").key(this.key + "2").send();
		assertThat(fixed.header("Content-Type").map((type) -> type.replace(" ", "").toLowerCase(Locale.ROOT)))
			.hasValue("text/html;charset=utf-8");
		assertThat(fixed.body()).startsWith("\u00e4\u20ac run ");
		assertThat(node.post("/direct/reset").key(this.key + "3").send().header("X-Before")).isEmpty();
	}

	@Test
	void nothingIsWrittenAfterARedirect() {
		Answer first = node.post("/direct/after-redirect").key(this.key).send();
		assertThat(first.status()).isEqualTo(302);
		assertThat(first.body()).isEmpty();
	}

	@Test
	void aRedirectIsWhatTheContainerMakesOfItWithoutTheGuardAndItsReplayIsEqual() {
		assertRedirects(node);
		try (WebNode relative = new WebNode(TestDatabase.H2.createEmpty(), Direct.class,
				"server.tomcat.use-relative-redirects=true")) {
			assertRedirects(relative);
			assertThat(redirect(relative, "guarded", "/x", this.key).header("Location")).hasValue("/x");
		}
	}

	private void assertRedirects(WebNode node) {
		for (String to : List.of("/x", "x/y?a=b#c", "./x", "/a/./b/../c", "https://other.example/x",
				"//other.example/x", "?page=2", "/a%20b", "/a//b", "mailto:a@b.example")) {
			Answer unguarded = redirect(node, "unguarded", to, this.key);
			Answer first = redirect(node, "guarded", to, this.key + to.hashCode());
			Answer retry = redirect(node, "guarded", to, this.key + to.hashCode());
			assertThat(first.header("Location")).as(to).isEqualTo(unguarded.header("Location")).isPresent();
			assertThat(retry.header("Location")).as(to).isEqualTo(first.header("Location"));
			assertThat(retry.isReplayed()).isTrue();
		}
	}

	private static Answer redirect(WebNode node, String how, String to, String key) {
		return node.post("/" + how + "-redirect").key(key).header("X-To", to).send();
	}

	@ParameterizedTest
	@ValueSource(strings = { "value", "callback" })
	void anAnswerThatIsMadeBecauseTheTimeIsOverSaysNothingOfTheHandler(String way) {
		assertThat(node.post("/late/" + way).key(this.key).send().status()).isEqualTo(503);
		Answer retry = node.post("/late/" + way).key(this.key).send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).contains("outcome-unknown");
	}

	@Test
	void anAnswerThatIsMadeBecauseTheTimeIsOverMayBeASuccess() {
		Answer first = node.post("/late/accepted").key(this.key).send();
		assertThat(first.status()).isEqualTo(202);
		assertSame(node.post("/late/accepted").key(this.key).send(), first);
	}

	@ParameterizedTest
	@ValueSource(strings = { "locale", "dates" })
	void aKeyThatAFilterBehindOursGivesIsAKey(String way) {
		Answer first = node.post("/direct/" + way).header("X-Key", this.key).send();
		assertThat(first.body()).contains("run ");
		assertSame(node.post("/direct/" + way).header("X-Key", this.key).send(), first);
	}

	@Test
	void aBodyThatIsReadBeforeTheRequestHasAKeyCannotBeCompared() {
		assertThat(node.post("/direct/dates").header("X-Key", this.key).header("X-Read", "1").body("1").send().status())
			.isEqualTo(500);
		assertThat(node.post("/direct/dates").key(this.key).header("X-Read", "1").body("1").send().status())
			.isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "writer", "stream" })
	void aRefusalIsTheWholeAnswerWhateverAHandlerHasWrittenBefore(String way) {
		String path = "/partly/" + way + "/" + this.key;
		assertThat(node.post(path + "/1").send().body()).isEqualTo("a;b;c");
		for (Answer refused : List.of(node.post(path + "/2").send(), node.post(path + "/2").key(this.key).send())) {
			assertThat(refused.status()).isEqualTo(422);
			assertThat(refused.body()).startsWith("{").contains("key-reused").endsWith("}");
		}
	}

	@Test
	void aRefusalIsNotAppendedToWhatWasSent() {
		assertThat(node.post("/partly/sent/" + this.key + "/1").send().body()).isEqualTo("a;b;c");
		assertThatIllegalStateException().isThrownBy(() -> node.post("/partly/sent/" + this.key + "/2").send())
			.withCauseInstanceOf(IOException.class);
	}

	@Test
	void aKeyChangesNothingForAHandlerThatIsNotGuarded() {
		assertThat(node.post("/unguarded-reset").send().body()).isEqualTo("after");
		assertThat(node.post("/unguarded-reset").key(this.key).send().body()).isEqualTo("after");
	}

	@Test
	void anErrorThatTheContainerRendersIsRenderedAgain() {
		Answer first = node.post("/direct/error").key(this.key).send();
		Answer retry = node.post("/direct/error").key(this.key).send();
		assertThat(first.status()).isEqualTo(410);
		assertThat(retry.status()).isEqualTo(410);
		assertThat(retry.isReplayed()).isTrue();
	}

	@Test
	void aRedirectUnderAKeyOfItsOwnIsReplayed() {
		Answer first = node.post("/keyed-redirect/" + this.key).send();
		Answer retry = node.post("/keyed-redirect/" + this.key).send();
		assertThat(first.status()).isEqualTo(302);
		assertSame(retry, first);
		assertThat(retry.header("Location")).isEqualTo(first.header("Location")).isPresent();
	}

	@Test
	void noSessionIdIsInARecordedAnswer() {
		Answer answer = node.post("/direct/session").key(this.key).send();
		assertThat(answer.header("Location")).hasValue("/orders/1");
		assertThat(answer.body()).startsWith("/orders/1 ");
		Answer retry = node.post("/direct/session").key(this.key).send();
		assertThat(retry.header("Link")).hasValue("</next>; rel=next");
		assertThat(retry.header("Content-Location")).hasValue("/a;v=2?x=1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/forward", "/include", "/dispatch", "/dispatch-wrapped", "/forward-by-dispatcher",
			"/old/path" })
	void aHandlerThatIsReachedByAnotherDispatchTakesTheKeyOfTheRequest(String path) {
		Answer first = node.post(path).key(this.key).body("{}").send();
		assertThat(first.body()).contains("target ");
		assertSame(node.post(path).key(this.key).body("{}").send(), first);
		assertThat(node.post(path).key(this.key).body("{\"another\": 1}").send().status()).isEqualTo(422);
		assertThat(node.post(path).body("{}").send().body()).contains("key-missing");
	}

	@Test
	void aHandlerWhoseViewIsAForwardIsReplayed() {
		Answer first = node.post("/view").key(this.key).send();
		assertThat(first.body()).startsWith("page ");
		assertSame(node.post("/view").key(this.key).send(), first);
	}

	@Test
	void aHandlerThatForwardsTheRequestItselfIsAnsweredAndNotRunAgain() {
		assertThat(node.post("/within").key(this.key).send().body()).startsWith("page ");
		Answer retry = node.post("/within").key(this.key).send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).contains("result-unavailable");
	}

	@Test
	void anAnswerIsMarkedOnlyIfItIsAReplayItself() {
		node.post("/outer/" + this.key).key("other" + this.key).send();
		Answer inner = node.post("/outer/" + this.key).key(this.key).send();
		assertThat(inner.body()).startsWith("acted ");
		assertThat(inner.isReplayed()).isFalse();
		assertThat(node.post("/outer/" + this.key).key(this.key).send().isReplayed()).isTrue();
		assertThat(node.post("/both/" + this.key + "/x" + this.key).send().header("Idempotent-Replayed"))
			.isEqualTo(Optional.empty());
		assertThat(node.post("/keyed/1" + this.key + "/" + this.key).send().isReplayed()).isFalse();
		assertThat(node.post("/keyed/1" + this.key + "/" + this.key).send().isReplayed()).isTrue();
	}

	@Test
	void secretsOfOneSessionAreNotReplayed() {
		Answer first = node.post("/secrets").key(this.key).send();
		assertThat(first.header("X-Auth-Token")).hasValue("secret");
		Answer retry = node.post("/secrets").key(this.key).send();
		assertSame(retry, first);
		assertThat(retry.header("X-Order")).hasValue("kept");
		assertThat(retry.header("Location")).hasValue("/orders");
		assertThat(retry.response().headers().map().toString()).doesNotContain("secret");
	}

}
