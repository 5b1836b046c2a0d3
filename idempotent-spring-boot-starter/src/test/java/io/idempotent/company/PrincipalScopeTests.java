package io.idempotent.company;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.stream.Stream;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.company.Company.Runs;
import io.idempotent.web.IdempotencyUserResolver;
import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.annotation.CurrentSecurityContext;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.user.DefaultOAuth2User;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.server.ServerWebExchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A method that takes a principal has records of its own for each of them.
 */
class PrincipalScopeTests {

	private static final ApplicationContextRunner APPLICATION = Company.application().withBean(Refunds.class);

	private static Authentication token(String name) {
		return UsernamePasswordAuthenticationToken.authenticated(name, "secret", List.of());
	}

	private static Jwt jwt(String subject, String issuer) {
		return Jwt.withTokenValue("t" + System.nanoTime())
			.header("alg", "none")
			.issuer(issuer)
			.subject(subject)
			.build();
	}

	private static OAuth2AuthenticationToken login(String name, String registration) {
		return new OAuth2AuthenticationToken(new DefaultOAuth2User(List.of(), Map.of("login", name), "login"),
				List.of(), registration);
	}

	private static MockHttpServletRequest request(String name) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setUserPrincipal(token(name));
		return request;
	}

	private static Named<BiFunction<Refunds, String, Object>> of(String name,
			BiFunction<Refunds, String, Object> call) {
		return Named.of(name, call);
	}

	static Stream<Named<BiFunction<Refunds, String, Object>>> calls() {
		return Stream.of(of("Principal", (refunds, user) -> refunds.principal("k", () -> user)),
				of("Authentication", (refunds, user) -> refunds.authentication("k", token(user))),
				of("Optional", (refunds, user) -> refunds.optional("k", Optional.of(token(user)))),
				of("a token",
						(refunds, user) -> refunds.token("k",
								new JwtAuthenticationToken(jwt(user, "https://a.example"), List.of()))),
				of("a login", (refunds, user) -> refunds.login("k", login(user, "github"))),
				of("@AuthenticationPrincipal Jwt", (refunds, user) -> refunds.jwt("k", jwt(user, "https://a.example"))),
				of("@AuthenticationPrincipal UserDetails",
						(refunds, user) -> refunds.details("k", User.withUsername(user).password("x").build())),
				of("@AuthenticationPrincipal of the application",
						(refunds, user) -> refunds.account("k", new Account(7, user))),
				of("@AuthenticationPrincipal with an expression", (refunds, user) -> refunds.name("k", user)),
				of("an annotation of the application", (refunds, user) -> refunds.current("k", new Account(7, user))),
				of("@CurrentSecurityContext",
						(refunds, user) -> refunds.context("k", new SecurityContextImpl(token(user)))),
				of("SecurityContext", (refunds, user) -> refunds.plainContext("k",
						new SecurityContextImpl(token(user)))),
				of("UserDetails that are not compared",
						(refunds, user) -> refunds.uncompared("k", User.withUsername(user).password("x").build())),
				of("ServletRequest", (refunds, user) -> refunds.request("k", request(user))),
				of("WebRequest", (refunds, user) -> refunds.webRequest("k", new ServletWebRequest(request(user)))),
				of("ServerWebExchange", (refunds, user) -> refunds.exchange("k",
						MockServerWebExchange.builder(MockServerHttpRequest.post("/")).principal(token(user)).build())
					.block()),
				of("Mono<Principal>",
						(refunds, user) -> refunds.mono("k", Mono.just(user).<Principal>map((name) -> token(name)))
							.block()),
				of("Mono<SecurityContext>",
						(refunds, user) -> refunds
							.flux("k",
									Mono.just(user)
										.<SecurityContext>map((name) -> new SecurityContextImpl(token(name))))
							.blockLast()),
				of("a method that returns a Mono", (refunds, user) -> refunds.monoOf("k", token(user)).block()),
				of("a method that returns a future", (refunds, user) -> refunds.future("k", token(user)).join()),
				of("a scope that leaves the principal out",
						(refunds, user) -> refunds.tenant("k", "acme", token(user))));
	}

	@Test
	void aPrincipalNeverGetsTheAnswerOfAnother() {
		APPLICATION.run((context) -> {
			Refunds refunds = context.getBean(Refunds.class);
			assertThat(calls()).allSatisfy((call) -> {
				assertDenied(() -> assertThat(call.getPayload().apply(refunds, "bob")).isNull());
				Object alices = call.getPayload().apply(refunds, "alice");
				assertThat(alices).asString().startsWith("alice in run ");
				assertDenied(() -> assertThat(call.getPayload().apply(refunds, "bob")).isNull());
				assertThat(call.getPayload().apply(refunds, "alice")).isEqualTo(alices);
			});
		});
	}

	private static void assertDenied(Runnable call) {
		assertThatExceptionOfType(Exception.class).isThrownBy(call::run)
			.satisfiesAnyOf((ex) -> assertThat(ex).isInstanceOf(AccessDeniedException.class),
					(ex) -> assertThat(ex).hasCauseInstanceOf(AccessDeniedException.class));
	}

	@ParameterizedTest
	@CsvSource({ "false", "true" })
	void whoIsAbsentHasOtherRecordsThanWhoIsPresent(boolean cached) {
		APPLICATION.withPropertyValues("idempotent.local-cache.enabled=" + cached).run((context) -> {
			Refunds refunds = context.getBean(Refunds.class);
			assertThat(refunds.either("k", null)).isEqualTo("nobody in run 1");
			assertThat(refunds.either("k", token("alice"))).isEqualTo("alice in run 2");
			assertThat(refunds.either("k", null)).isEqualTo("nobody in run 1");
			assertThat(refunds.either("k", token("alice"))).isEqualTo("alice in run 2");
			assertThat(Company.state(context, "either", "k")).as("nobody's").isPresent();
		});
	}

	@Test
	void oneSubjectOfTwoIssuersIsTwoPrincipals() {
		APPLICATION.run((context) -> {
			Refunds refunds = context.getBean(Refunds.class);
			assertThat(refunds.jwt("k", jwt("alice", "https://a.example"))).isEqualTo("alice in run 1");
			assertThat(refunds.jwt("k", jwt("alice", "https://b.example"))).isEqualTo("alice in run 2");
			assertThat(refunds.login("k", login("alice", "github"))).isEqualTo("alice in run 3");
			assertThat(refunds.login("k", login("alice", "gitlab"))).isEqualTo("alice in run 4");
			assertThat(refunds.jwt("k", jwt("alice", "https://a.example"))).isEqualTo("alice in run 1");
		});
	}

	@Test
	void aPrincipalIsToldApartAsTheApplicationSays() {
		APPLICATION.withBean(IdempotencyUserResolver.class, () -> (user) -> user.getName().substring(0, 5))
			.run((context) -> {
				Refunds refunds = context.getBean(Refunds.class);
				assertThat(refunds.either("k", token("alice@work"))).isEqualTo("alice@work in run 1");
				assertThat(refunds.either("k", new TestingAuthenticationToken("alice@home", "secret", "USER")))
					.isEqualTo("alice@work in run 1");
				assertThat(refunds.either("k", token("barbara"))).isEqualTo("barbara in run 2");
			});
	}

	@Test
	void twoRulesOfTheApplicationStopTheStart() {
		APPLICATION.withBean("one", IdempotencyUserResolver.class, () -> Principal::getName)
			.withBean("two", IdempotencyUserResolver.class, () -> Principal::getName)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining(IdempotencyUserResolver.class.getName())
				.hasMessageContaining("one,two"));
	}

	@Test
	void aResolverAddsToThePrincipal() {
		APPLICATION.withBean(IdempotencyScopeResolver.class, () -> (invocation) -> (invocation.arguments().isEmpty()
				? "" : invocation.arguments().get(0).toString().substring(0, 2)))
			.run((context) -> {
				Refunds refunds = context.getBean(Refunds.class);
				assertThat(refunds.either("k1", token("a"))).isEqualTo("a in run 1");
				assertThat(refunds.either("k1", token("ab"))).isEqualTo("ab in run 2");
				assertThat(refunds.either("k1", null)).isEqualTo("nobody in run 3");
				assertThat(refunds.scope("k1", token("a"))).startsWith("user:").endsWith(":a:k1");
				assertThat(refunds.scope("k1", null)).isEqualTo("k1");
			});
	}

	@Test
	void whoCallsIsToldApartInTheSameWayWhereNothingIsGuarded() {
		List<String> scopes = new ArrayList<>();
		for (String enabled : List.of("true", "false")) {
			APPLICATION.withPropertyValues("idempotent.enabled=" + enabled)
				.run((context) -> scopes.add(context.getBean(Refunds.class).scope("k", token("alice"))));
		}
		assertThat(scopes).hasSize(2).containsOnly(scopes.get(0));
	}

	@Test
	void whatAnExpressionRefersToCountsAsItSays() {
		APPLICATION.run((context) -> {
			Refunds refunds = context.getBean(Refunds.class);
			Authentication other = new TestingAuthenticationToken("alice", "secret", "USER");
			assertThat(refunds.named("k", token("alice"))).isEqualTo("alice in run 1");
			assertThat(refunds.named("k", other)).isEqualTo("alice in run 1");
			assertThat(refunds.named("k", token("bob"))).isEqualTo("bob in run 2");
			assertThat(refunds.compared("k", "acme", token("alice"))).isEqualTo("alice in run 3");
			assertThat(refunds.compared("k", "acme", other)).isEqualTo("alice in run 3");
			assertThatExceptionOfType(IdempotencyKeyReusedException.class)
				.isThrownBy(() -> refunds.compared("k", "acme", token("bob")));
		});
	}

	@Test
	void whatIsSharedOnPurposeIsSharedByAllPrincipalsAndResolvers() {
		APPLICATION.withBean(IdempotencyScopeResolver.class, () -> (invocation) -> String.valueOf(System.nanoTime()))
			.run((context) -> {
				Refunds refunds = context.getBean(Refunds.class);
				assertThat(refunds.shared("k", token("alice"))).isEqualTo("alice in run 1");
				assertThat(refunds.shared("k", token("bob"))).isEqualTo("alice in run 1");
				assertThat(context.getBean(IdempotencyTemplate.class)
					.operation("shared")
					.key("k")
					.scope(Idempotent.UNSCOPED)
					.returning(String.class)
					.execute(() -> "not run")).isEqualTo("alice in run 1");
			});
	}

	@Test
	void aNameOfAnyLengthIsThePrincipalsAlone() {
		APPLICATION.run((context) -> {
			Refunds refunds = context.getBean(Refunds.class);
			for (int length : new int[] { 1, 255, 3_000 }) {
				String name = "n".repeat(length - 1);
				String first = refunds.either("k", token(name + "1"));
				assertThat(refunds.either("k", token(name + "2"))).isNotEqualTo(first);
				assertThat(refunds.either("k", token(name + "1"))).isEqualTo(first);
			}
		});
	}

	@Test
	void aPrincipalWithoutNameRunsNothing() {
		APPLICATION.run((context) -> {
			Refunds refunds = context.getBean(Refunds.class);
			for (Principal nobody : new Principal[] { () -> null, () -> " ", token(""), token(" ") }) {
				assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
					.isThrownBy(() -> refunds.principal("k", nobody))
					.withMessageContaining("no name");
			}
			assertThat(context.getBean(Runs.class)).hasValue(0);
		});
	}

	@Test
	void aMethodThatCannotWaitForThePrincipalStopsTheStart() {
		Company.application()
			.withBean(Impatient.class)
			.run((context) -> assertThat(context).getFailure()
				.hasMessageContaining("argument 'who' says who calls only to who subscribes")
				.hasMessageContaining("Idempotent.UNSCOPED"));
	}

	@Retention(RetentionPolicy.RUNTIME)
	@AuthenticationPrincipal
	@interface CurrentAccount {

	}

	record Account(int id, String name) {

	}

	static class Impatient {

		@Idempotent(key = "#id", operation = "impatient")
		public String pay(String id, Mono<Principal> who) {
			return id;
		}

	}

	static class Refunds {

		private final Runs runs;

		Refunds(Runs runs) {
			this.runs = runs;
		}

		private String run(String name) {
			if (name.equals("bob")) {
				throw new AccessDeniedException("not bob's");
			}
			return "%s in run %d".formatted(name, this.runs.incrementAndGet());
		}

		@Idempotent(key = "#id", operation = "principal")
		public String principal(String id, Principal who) {
			return run(who.getName());
		}

		@Idempotent(key = "#id", operation = "authentication")
		public String authentication(String id, Authentication who) {
			return run(who.getName());
		}

		@Idempotent(key = "#id", operation = "optional")
		public String optional(String id, Optional<Authentication> who) {
			return run(who.orElseThrow().getName());
		}

		@Idempotent(key = "#id", operation = "token")
		public String token(String id, JwtAuthenticationToken who) {
			return run(who.getName());
		}

		@Idempotent(key = "#id", operation = "login")
		public String login(String id, OAuth2AuthenticationToken who) {
			return run(who.getName());
		}

		@Idempotent(key = "#id", operation = "jwt")
		public String jwt(String id, @AuthenticationPrincipal Jwt who) {
			return run(who.getSubject());
		}

		@Idempotent(key = "#id", operation = "details")
		public String details(String id, @AuthenticationPrincipal UserDetails who) {
			return run(who.getUsername());
		}

		@Idempotent(key = "#id", operation = "account")
		public String account(String id, @AuthenticationPrincipal Account who) {
			return run(who.name());
		}

		@Idempotent(key = "#id", operation = "name")
		public String name(String id, @AuthenticationPrincipal(expression = "name") String who) {
			return run(who);
		}

		@Idempotent(key = "#id", operation = "current")
		public String current(String id, @CurrentAccount Account who) {
			return run(who.name());
		}

		@Idempotent(key = "#id", operation = "context")
		public String context(String id, @CurrentSecurityContext SecurityContext context) {
			return run(context.getAuthentication().getName());
		}

		@Idempotent(key = "#id", operation = "plainContext", payload = Idempotent.UNCHECKED)
		public String plainContext(String id, SecurityContext context) {
			return run(context.getAuthentication().getName());
		}

		@Idempotent(key = "#id", operation = "uncompared", payload = "#id")
		public String uncompared(String id, UserDetails who) {
			return run(who.getUsername());
		}

		@Idempotent(key = "#id", operation = "request")
		public String request(String id, ServletRequest request) {
			return run(((MockHttpServletRequest) request).getUserPrincipal().getName());
		}

		@Idempotent(key = "#id", operation = "webRequest", scope = "#request.contextPath")
		public String webRequest(String id, WebRequest request) {
			return run(request.getUserPrincipal().getName());
		}

		@Idempotent(key = "#id", operation = "exchange")
		public Mono<String> exchange(String id, ServerWebExchange exchange) {
			return exchange.getPrincipal().map((who) -> run(who.getName()));
		}

		@Idempotent(key = "#id", operation = "mono")
		public Mono<String> mono(String id, Mono<Principal> who) {
			return who.map((principal) -> run(principal.getName()));
		}

		@Idempotent(key = "#id", operation = "flux")
		public Flux<String> flux(String id, @CurrentSecurityContext Mono<SecurityContext> context) {
			return context.map((current) -> run(current.getAuthentication().getName())).flux();
		}

		@Idempotent(key = "#id", operation = "monoOf")
		public Mono<String> monoOf(String id, Principal who) {
			return Mono.fromSupplier(() -> run(who.getName()));
		}

		@Idempotent(key = "#id", operation = "future")
		public CompletableFuture<String> future(String id, Principal who) {
			return CompletableFuture.supplyAsync(() -> run(who.getName()));
		}

		@Idempotent(key = "#id", operation = "tenant", scope = "#tenant", payload = Idempotent.UNCHECKED)
		public String tenant(String id, String tenant, Principal who) {
			return run(who.getName());
		}

		@Idempotent(key = "#id", operation = "either")
		public String either(String id, @Nullable Principal who) {
			return "%s in run %d".formatted((who != null) ? who.getName() : "nobody", this.runs.incrementAndGet());
		}

		@Idempotent(key = "#id", operation = "scope")
		public String scope(String id, @Nullable Principal who) {
			return IdempotencyContext.current().orElseThrow().scope();
		}

		@Idempotent(key = "#id", operation = "named", scope = "#who.name")
		public String named(String id, Principal who) {
			return "%s in run %d".formatted(who.getName(), this.runs.incrementAndGet());
		}

		@Idempotent(key = "#id", operation = "compared", scope = "#tenant", payload = "#who.name")
		public String compared(String id, String tenant, Principal who) {
			return "%s in run %d".formatted(who.getName(), this.runs.incrementAndGet());
		}

		@Idempotent(key = "#id", operation = "shared", scope = Idempotent.UNSCOPED)
		public String shared(String id, Principal who) {
			return "%s in run %d".formatted(who.getName(), this.runs.incrementAndGet());
		}

	}

}
