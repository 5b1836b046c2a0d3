package io.idempotent.web;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import io.idempotent.web.TestClient.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.csrf.CookieServerCsrfTokenRepository;
import org.springframework.security.web.server.util.matcher.NegatedServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.PathPatternParserServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which requests are equal, however they are written and whatever infrastructure adds,
 * and what handlers see of a body that was compared, over a real port.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class RequestComparisonTests {

	private static final String FORM = "application/x-www-form-urlencoded";

	private static WebNode node;

	private String key = UUID.randomUUID().toString();

	@Parameter
	WebStack stack;

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = new WebNode(stack, TestDatabase.H2.createEmpty(),
				(stack == WebStack.TOMCAT) ? Csrf.class : ReactiveCsrf.class,
				"server.forward-headers-strategy=framework", "spring.mvc.formcontent.filter.enabled=false");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static void assertSame(Answer first, Answer second) {
		assertThat(first.status()).as(first.body()).isEqualTo(200);
		assertThat(second.body()).isEqualTo(first.body());
		assertThat(second.isReplayed()).isTrue();
	}

	private static void assertOther(Answer first, Answer second) {
		assertThat(first.status()).as(first.body()).isEqualTo(200);
		assertThat(second.status()).as(second.body()).isEqualTo(422);
		assertThat(second.body()).contains("key-reused");
	}

	private Request echo(String method, String path) {
		return node.request(method, path).key(this.key).type("");
	}

	@ParameterizedTest
	@CsvSource({ "/echo/a~b, /echo/a%7Eb", "/echo/a%7eb, /echo/a%7Eb", "/echo/%61b, /echo/ab", "/echo/a'b, /echo/a%27b",
			"/echo/a?q=a+b, /echo/a?q=a%20b", "/echo/a?q=~, /echo/a?q=%7e", "/echo/a?q=&r=1, /echo/a?r=1&q",
			"/echo/a, /echo/a?", "/echo/a?id=1&x=0&id=2, /echo/a?x=0&id=1&id=2" })
	void pathsAndQueriesThatAreEqualAreTheSameRequest(String path, String equal) {
		assertSame(echo("POST", path).send(), echo("POST", equal).send());
	}

	@ParameterizedTest
	@CsvSource({ "/echo/a, /echo/A", "/echo/a+b, /echo/a%20b", "/echo/a?q=a%2Bb, /echo/a?q=a+b",
			"/echo/a?id=1&id=2, /echo/a?id=2&id=1", "/echo/a?id=1, /echo/a?id=1&id=1", "/echo/a?id=1, /echo/a",
			"/echo/a?a=1%26b=2, /echo/a?a=1&b=2" })
	void pathsAndQueriesThatDifferAreAnotherRequest(String path, String other) {
		assertOther(echo("POST", path).send(), echo("POST", other).send());
	}

	@Test
	void theMethodCounts() {
		assertOther(echo("POST", "/echo/a").send(), echo("PUT", "/echo/a").send());
	}

	@Test
	void whatAProxyAddsDoesNotCount() {
		assertSame(echo("POST", "/echo/a").header("X-Forwarded-Prefix", "/one").send(),
				echo("POST", "/echo/a").header("X-Forwarded-Prefix", "/two")
					.header("X-Forwarded-For", "192.0.2.1")
					.send());
	}

	@ParameterizedTest
	@ValueSource(strings = { FORM, "application/json", "text/plain", "multipart/form-data; boundary=x" })
	void anEmptyBodyIsTheSameWithAndWithoutMediaType(String type) {
		assertSame(echo("POST", "/echo/a").send(), echo("POST", "/echo/a").type(type).send());
	}

	@ParameterizedTest
	@ValueSource(strings = { "token=a+b&z=~1", "z=%7E1&z=2&token=%E4", "=x&&a", "a=%zz" })
	void theHandlerReadsAFormAsItWasSent(String form) {
		Answer first = echo("POST", "/echo/form?q=1").body(FORM, bytes(form)).send();
		assertThat(first.status()).isEqualTo(200);
		assertThat(first.body()).startsWith(form + " ");
		assertThat(echo("POST", "/echo/form?q=1").body(FORM, bytes(form)).send().body()).isEqualTo(first.body());
	}

	@Test
	void bytesThatAreNoTextDiffer() {
		if (this.stack == WebStack.NETTY) {
			assertOther(echo("POST", "/echo/M%FCller").send(), echo("POST", "/echo/M%F6ller").send());
			this.key = UUID.randomUUID().toString();
			assertOther(echo("POST", "/echo/a?q=%FC").send(), echo("POST", "/echo/a?q=%F6").send());
		}
	}

	@ParameterizedTest
	@CsvSource({ "application/a+json;version=1, application/a+json;version=2",
			"application/json, application/json;IEEE754Compatible=true",
			"text/plain;charset=utf-8, text/plain;charset=utf-8;format=flowed" })
	void theParametersOfAMediaTypeCount(String type, String other) {
		Answer first = echo("POST", "/echo/a").body(type, bytes("1")).send();
		assertOther(first, echo("POST", "/echo/a").body(other, bytes("1")).send());
		assertSame(first, echo("POST", "/echo/a").body(type.toUpperCase(Locale.ROOT), bytes("1")).send());
	}

	@ParameterizedTest
	@CsvSource({ "application/json, application/json;charset=utf-8", "a/b;x=\"1\";Y=2, a/b; y=2; x=1" })
	void howAMediaTypeIsWrittenDoesNotCount(String type, String equal) {
		assertSame(echo("POST", "/echo/a").body(type, bytes("1")).send(),
				echo("POST", "/echo/a").body(equal, bytes("1")).send());
	}

	@ParameterizedTest
	@CsvSource({ "text/plain, text/plain;charset=iso-8859-1", "text/plain;charset=utf-8, text/plain;charset=utf-16be",
			"text/plain;charset=latin1, text/plain;charset=windows-1251", "a/b;charset=us-ascii, a/b",
			"application/json, application/json;charset=iso-8859-1",
			"application/a+json;charset=windows-1252, application/a+json;charset=utf-8" })
	void aCharsetInWhichTheSameBytesAreAnotherTextCounts(String type, String other) {
		byte[] body = bytes("\"\u00e4\u00e4\"");
		Answer first = echo("POST", "/echo/a").body(type, body).send();
		assertOther(first, echo("POST", "/echo/a").body(other, body).send());
		assertSame(first, echo("POST", "/echo/a").body(type, body).send());
	}

	@ParameterizedTest
	@CsvSource({ "text/plain;charset=iso-8859-1, text/plain, text",
			"text/plain;charset=\"US-ASCII\", text/plain;charset=utf-8, text",
			"text/plain;charset=utf-8, text/plain, \u00e4",
			"text/plain;charset=latin1, text/plain;charset=ISO-8859-1, \u00e4" })
	void aCharsetInWhichTheSameBytesAreTheSameTextDoesNotCount(String type, String equal, String text) {
		assertSame(echo("POST", "/echo/a").body(type, bytes(text)).send(),
				echo("POST", "/echo/a").body(equal, bytes(text)).send());
	}

	@ParameterizedTest
	@ValueSource(strings = { "iso-8859-1", "windows-1252", "UTF-16", "utf-16le" })
	void whatJsonSaysIsTheSameInEachCharset(String charset) {
		String json = "{\"name\":\"\u00e4\"}";
		Answer first = echo("POST", "/echo/a").body("application/json", bytes(json)).send();
		assertThat(first.status()).isEqualTo(200);
		Answer second = echo("POST", "/echo/a")
			.body("application/json;charset=" + charset, json.getBytes(Charset.forName(charset)))
			.send();
		assertSame(first, second);
	}

	@Test
	void noTokenAndNoSessionAreMadeForARequestThatIsCompared() {
		Answer answer = echo("POST", "/echo/unprotected").body("application/json", bytes("1")).send();
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.header("Set-Cookie")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "/echo/unprotected, amount=5", "/echo/unprotected, amount=5&_csrf=1",
			"/echo/unprotected?_csrf=1, amount=5", "/echo/unprotected?page=1, ''",
			"/echo/sessions/unprotected, amount=5", "/echo/sessions/unprotected?a=1, amount=5" })
	void noTokenAndNoSessionAreMadeForAFormThatIsCompared(String path, String form) {
		Answer first = echo("POST", path).body(FORM, bytes(form)).send();
		assertThat(first.header("Set-Cookie")).isEmpty();
		assertSame(first, echo("POST", path).body(FORM, bytes(form.replace("_csrf=1", "_csrf=2"))).send());
		assertOther(first, echo("POST", path).body(FORM, bytes("amount=6")).send());
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST", "PUT", "PATCH", "DELETE" })
	void theParametersOfAFormCountWhateverTheMethod(String method) {
		Answer first = echo(method, "/echo/form?a=0").body(FORM, bytes("a=1&b=x+y")).send();
		assertSame(first, echo(method, "/echo/form?a=0").body(FORM, bytes("b=x%20y&a=1")).send());
		assertOther(first, echo(method, "/echo/form?a=0").body(FORM, bytes("a=2&b=x+y")).send());
		assertOther(first, echo(method, "/echo/form?a=1").body(FORM, bytes("a=0&b=x+y")).send());
	}

	@Test
	void theHandlerGetsTheParametersOfQueryAndForm() {
		Answer first = node.post("/form?name=n").key(this.key).body(FORM, bytes("tag=%C3%A4+b&tag=c")).send();
		if (this.stack == WebStack.TOMCAT) {
			assertThat(first.body()).startsWith("n [\u00e4 b, c] ");
		}
		else {
			assertThat(
					node.post("/form").key("f" + this.key).body(FORM, bytes("name=n&tag=%C3%A4+b&tag=c")).send().body())
				.startsWith("n [\u00e4 b, c] ");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "name=J\u00fcrgen&tag=\u20ac", "name=+J+&tag= %20 ", "name=x\n&tag=\ty ",
			"name=&tag=%F0%9F%98%80" })
	void theHandlerGetsTheParametersThatItGetsWithoutTheGuard(String form) {
		if (this.stack == WebStack.TOMCAT) {
			String unguarded = node.post("/plain-form").body(FORM, bytes(form)).send().body();
			assertThat(node.post("/form").key(this.key).body(FORM, bytes(form)).send().body()).startsWith(unguarded);
		}
	}

	@Test
	void theTokenAgainstForgedRequestsDoesNotCount() {
		Answer first = csrf("1", "amount=5").send();
		assertSame(first, csrf("2", "amount=5").send());
		assertOther(first, csrf("2", "amount=6").send());
	}

	/** A token is sent with another mask in each page. */
	private Request csrf(String mask, String form) {
		byte[] token = bytes("token-of-the-session");
		byte[] masked = new byte[2 * token.length];
		for (int i = 0; i < token.length; i++) {
			masked[i] = (byte) mask.charAt(0);
			masked[token.length + i] = (byte) (token[i] ^ mask.charAt(0));
		}
		return node.post("/echo/csrf")
			.key(this.key)
			.header("Cookie", "XSRF-TOKEN=token-of-the-session")
			.body(FORM, bytes(form + "&_csrf=" + Base64.getUrlEncoder().encodeToString(masked)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "multipart/mixed", "multipart/related; type=\"text/xml\"", "multipart/byteranges" })
	void aNewBoundaryIsTheSameRequest(String type) {
		Answer first = echo("POST", "/echo/mixed").body(type + "; boundary=one", parts("one", "x --two")).send();
		if (this.stack == WebStack.NETTY) {
			assertThat(first.body()).contains("--one\r\n", "x --two");
		}
		assertSame(first, echo("POST", "/echo/mixed").body(type + "; boundary=two", parts("two", "x --two")).send());
		assertOther(first, echo("POST", "/echo/mixed").body(type + "; boundary=two", parts("two", "x --")).send());
	}

	private static byte[] parts(String boundary, String content) {
		return bytes("--%1$s\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n%2$s\r\n--%1$s--\r\n"
			.formatted(boundary, content));
	}

	@Test
	void aHandlerMayReadThePartsAsTheyCome() {
		if (this.stack == WebStack.NETTY) {
			Answer first = node.post("/parts")
				.key(this.key)
				.body("multipart/form-data; boundary=one", parts("one", "x"))
				.send();
			assertThat(first.body()).startsWith("[a=x]");
			assertSame(first,
					node.post("/parts")
						.key(this.key)
						.body("multipart/form-data; boundary=two", parts("two", "x"))
						.send());
			assertOther(first,
					node.post("/parts")
						.key(this.key)
						.body("multipart/form-data; boundary=two", parts("two", "y"))
						.send());
		}
	}

	@Test
	void whereMultipartIsSwitchedOffTheRawBodyCounts() {
		if (this.stack == WebStack.TOMCAT) {
			try (WebNode plain = WebNode.start(this.stack, "spring.servlet.multipart.enabled=false")) {
				Request request = plain.post("/echo/parts").key(this.key);
				Answer first = request.body("multipart/form-data; boundary=one", parts("one", "x")).send();
				assertThat(first.body()).startsWith("--one\r\n");
				assertSame(first, request.body("multipart/form-data; boundary=two", parts("two", "x")).send());
				assertOther(first, request.body("multipart/form-data; boundary=two", parts("two", "y")).send());
				assertOther(first, request.body("multipart/mixed; boundary=two", parts("two", "x")).send());
			}
		}
	}

	@Test
	void anOperationChoosesWhatIsCompared() {
		Answer first = chosen("/chosen/a?page=1&x=1", "7", "{\"amount\": 5, \"note\": \"one\"}").send();
		assertSame(first, chosen("/chosen/a?x=2&page=1", "7", "{\"note\": \"two\", \"amount\": 5.0}").send());
		assertOther(first, chosen("/chosen/a?page=1", "7", "{\"amount\": 6, \"note\": \"one\"}").send());
		assertOther(first, chosen("/chosen/a?page=1", "8", "{\"amount\": 5}").send());
		assertOther(first, chosen("/chosen/a?page=2", "7", "{\"amount\": 5}").send());
		assertOther(first, chosen("/chosen/b?page=1", "7", "{\"amount\": 5}").send());
		assertOther(first, chosen("/chosen/a?page=1", "7", "{}").send());
	}

	private Request chosen(String path, String version, String body) {
		return node.post(path).key(this.key).header("if-match", version).body(body);
	}

	@Test
	void whatIsChosenMayBeAbsent() {
		assertSame(node.post("/chosen/a").key(this.key).send(), node.post("/chosen/a").key(this.key).body("{}").send());
	}

	@Test
	void anOperationLeavesMembersAndParametersOut() {
		Request json = node.post("/chosen-rest").key(this.key);
		Answer first = json.body("{\"amount\": 5, \"sentAt\": 1}").send();
		assertSame(first, json.body("{\"sentAt\": 2, \"amount\": 5}").send());
		assertOther(first, json.body("{\"sentAt\": 2, \"amount\": 6}").send());
		Request form = node.post("/chosen-rest").key("f" + this.key);
		assertSame(form.body(FORM, bytes("amount=5&sentAt=1")).send(), form.body(FORM, bytes("amount=5")).send());
	}

	@Test
	void jsonBeyondTheLimitsOfItsReaderIsComparedByItsBytes() {
		for (String body : new String[] { "[".repeat(600) + "]".repeat(600), "[" + "1".repeat(1_100) + "]",
				"{\"" + "n".repeat(50_100) + "\": 1}" }) {
			this.key = UUID.randomUUID().toString();
			Answer first = echo("POST", "/echo/json").body("application/json", bytes(body)).send();
			assertSame(first, echo("POST", "/echo/json").body("application/json", bytes(body)).send());
			assertOther(first, echo("POST", "/echo/json").body("application/json", bytes(body + " ")).send());
		}
		this.key = UUID.randomUUID().toString();
		String text = "{\"a\": \"" + "x".repeat(200_000) + "\"}";
		Answer first = echo("POST", "/echo/json").body("application/json", bytes(text)).send();
		assertSame(first, echo("POST", "/echo/json").body("application/json", bytes(" " + text)).send());
	}

	@Test
	void aBodyThatIsNotWhatItsTypeSaysIsLeftToTheHandler() {
		assertSame(node.post("/chosen/a").key(this.key).body("{ no JSON").send(),
				node.post("/chosen/a").key(this.key).body("{ no JSON").send());
		assertOther(node.post("/chosen/a").key(this.key).body("{ no JSON").send(),
				node.post("/chosen/a").key(this.key).body("{ nor this").send());
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Csrf {

		@Bean
		@Order(1)
		SecurityFilterChain sessions(HttpSecurity http) throws Exception {
			return http.securityMatcher("/echo/sessions/**")
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.ignoringRequestMatchers("/echo/sessions/unprotected"))
				.build();
		}

		@Bean
		@Order(0)
		SecurityFilterChain csrf(HttpSecurity http) throws Exception {
			return http.securityMatcher("/echo/csrf", "/echo/unprotected")
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.csrfTokenRepository(CookieCsrfTokenRepository.withHttpOnlyFalse())
					.ignoringRequestMatchers("/echo/unprotected"))
				.build();
		}

	}

	@TestConfiguration(proxyBeanMethods = false)
	static class ReactiveCsrf {

		@Bean
		@Order(1)
		SecurityWebFilterChain sessions(ServerHttpSecurity http) {
			return http.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/echo/sessions/**"))
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.requireCsrfProtectionMatcher(new NegatedServerWebExchangeMatcher(
						new PathPatternParserServerWebExchangeMatcher("/echo/sessions/unprotected"))))
				.build();
		}

		@Bean
		@Order(0)
		SecurityWebFilterChain csrf(ServerHttpSecurity http) {
			ServerWebExchangeMatcher ignored = new PathPatternParserServerWebExchangeMatcher("/echo/unprotected");
			return http.securityMatcher(ServerWebExchangeMatchers.pathMatchers("/echo/csrf", "/echo/unprotected"))
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.csrfTokenRepository(CookieServerCsrfTokenRepository.withHttpOnlyFalse())
					.requireCsrfProtectionMatcher(new NegatedServerWebExchangeMatcher(ignored)))
				.build();
		}

	}

}
