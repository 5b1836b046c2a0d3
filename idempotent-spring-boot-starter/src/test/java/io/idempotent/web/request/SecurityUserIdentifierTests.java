package io.idempotent.web.request;

import java.security.Principal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.idempotent.codec.payload.CanonicalPayloadDigester;
import io.idempotent.interceptor.PlainUserIdentifier;
import io.idempotent.web.IdempotencyUserResolver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.core.DefaultOAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.user.DefaultOAuth2User;
import org.springframework.security.oauth2.core.user.OAuth2User;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthentication;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.introspection.OAuth2IntrospectionAuthenticatedPrincipal;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.authentication.switchuser.SwitchUserGrantedAuthority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * How Spring Security's users are told apart.
 */
class SecurityUserIdentifierTests {

	private static final List<GrantedAuthority> USER = AuthorityUtils.createAuthorityList("ROLE_USER");

	private static final String A = "https://a.example";

	private static final String B = "https://b.example";

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	private static SecurityUserIdentifier identifier(@Nullable IdempotencyUserResolver resolver) {
		return new SecurityUserIdentifier(() -> resolver, new PlainUserIdentifier(new CanonicalPayloadDigester()));
	}

	private static @Nullable String identify(Object principal) {
		return identifier(null).identify(principal);
	}

	private static Map<String, Object> claims(@Nullable String issuer, @Nullable String subject) {
		Map<String, Object> claims = new LinkedHashMap<>();
		claims.put("scope", "write");
		if (issuer != null) {
			claims.put("iss", issuer);
		}
		if (subject != null) {
			claims.put("sub", subject);
		}
		return claims;
	}

	/** Each with another value and other times, as tokens are renewed. */
	private static Jwt token(@Nullable String issuer, @Nullable String subject, String... more) {
		Jwt.Builder token = Jwt.withTokenValue(String.valueOf(System.nanoTime()))
			.header("alg", "none")
			.issuedAt(Instant.now())
			.claims((claims) -> claims.putAll(claims(issuer, subject)));
		for (int i = 0; i < more.length; i += 2) {
			token.claim(more[i], more[i + 1]);
		}
		return token.build();
	}

	private static Authentication jwt(@Nullable String issuer, @Nullable String subject) {
		return new JwtAuthenticationToken(token(issuer, subject), USER);
	}

	private static Authentication opaque(OAuth2AuthenticatedPrincipal principal) {
		return new BearerTokenAuthentication(principal,
				new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, "t" + System.nanoTime(), null, null), USER);
	}

	private static Authentication introspected(@Nullable String issuer, String subject) {
		return opaque(
				new OAuth2IntrospectionAuthenticatedPrincipal(subject, claims(issuer, subject), List.copyOf(USER)));
	}

	private static OAuth2User account(String name, String... more) {
		Map<String, Object> attributes = new LinkedHashMap<>(Map.of("login", name, "followers", System.nanoTime()));
		for (int i = 0; i < more.length; i += 2) {
			attributes.put(more[i], more[i + 1]);
		}
		return new DefaultOAuth2User(USER, attributes, "login");
	}

	private static Authentication login(String registration, OAuth2User user) {
		return new OAuth2AuthenticationToken(user, USER, registration);
	}

	private static OAuth2User oidc(String issuer, String subject) {
		return new DefaultOidcUser(USER, new OidcIdToken("t" + System.nanoTime(), Instant.now(),
				Instant.now().plusSeconds(60), claims(issuer, subject)));
	}

	private static Authentication password(Object principal) {
		return UsernamePasswordAuthenticationToken.authenticated(principal, "secret", USER);
	}

	private static UserDetails details(String name) {
		return User.withUsername(name).password("{noop}" + System.nanoTime()).authorities(USER).build();
	}

	private static void assertAllDiffer(Object... principals) {
		Set<String> identities = Arrays.stream(principals)
			.map(SecurityUserIdentifierTests::identify)
			.collect(Collectors.toSet());
		assertThat(identities).hasSize(principals.length).doesNotContainNull();
	}

	private static void assertAllAreOne(Object... principals) {
		assertThat(Arrays.stream(principals).map(SecurityUserIdentifierTests::identify).distinct()).hasSize(1)
			.doesNotContainNull();
	}

	@Test
	void oneSubjectOfTwoIssuersIsTwoUsers() {
		assertAllDiffer(jwt(A, "alice"), jwt(B, "alice"), jwt(A, "bob"), jwt(A + ":1", "alice"), jwt(A, "1:alice"),
				introspected("https://c.example", "alice"), login("keycloak", oidc("https://d.example", "alice")));
		assertAllDiffer(introspected(A, "alice"), introspected(B, "alice"), introspected(null, "alice"));
		assertAllDiffer(login("one", oidc(A, "alice")), login("one", oidc(B, "alice")));
	}

	@Test
	void aUserIsTheSameWithARenewedTokenAndThroughWhicheverClient() {
		assertAllAreOne(jwt(A, "alice"), jwt(A, "alice"), token(A, "alice"), introspected(A, "alice"),
				login("one", oidc(A, "alice")), login("two", oidc(A, "alice")), oidc(A, "alice"),
				opaque(new DefaultOAuth2AuthenticatedPrincipal("Alice", claims(A, "alice"), USER)));
	}

	@Test
	void aTokenCountsByItsSubjectWhateverTheApplicationTakesForTheName() {
		assertAllAreOne(jwt(A, "alice"),
				new JwtAuthenticationToken(token(A, "alice", "preferred_username", "al"), USER, "al"),
				password(token(A, "alice")),
				UsernamePasswordAuthenticationToken.authenticated(details("al"), token(A, "alice"), USER));
	}

	@Test
	void aTokenWithoutIssuerOrSubjectCountsByItsName() {
		assertAllDiffer(jwt(null, "alice"), jwt(A, "alice"), jwt(null, "bob"),
				new JwtAuthenticationToken(token(A, null), USER, "alice"),
				new JwtAuthenticationToken(token(B, null), USER, "alice"));
		assertThatIllegalArgumentException().isThrownBy(() -> identify(jwt(null, null)));
		assertThatIllegalArgumentException().isThrownBy(() -> identify(jwt(A, null)));
		assertThatIllegalArgumentException().isThrownBy(() -> identify(token(null, null)));
	}

	@Test
	void oneNameOfTwoRegistrationsIsTwoUsers() {
		assertAllDiffer(login("github", account("alice")), login("gitlab", account("alice")),
				login("github", account("bob")), login("git", account("hub:alice")));
		assertAllAreOne(login("github", account("alice")), login("github", account("alice")));
	}

	@Test
	void aProviderCannotClaimToBeAnother() {
		assertAllDiffer(login("mallory", account("alice", "iss", A, "sub", "alice")), jwt(A, "alice"));
	}

	@Test
	void aUserWhoComesWithTheLoginOfTheThreadIsThatOfItsRegistration() {
		OAuth2User alice = account("alice");
		SecurityContextHolder.getContext().setAuthentication(login("github", alice));
		assertThat(identify(alice)).isEqualTo(identify(login("github", account("alice"))));
		assertThatIllegalArgumentException().isThrownBy(() -> identify(account("alice")))
			.withMessageContaining("pass the Authentication");
	}

	@Test
	void oneNameOfTwoMechanismsIsTwoUsers() {
		Object alice = details("alice");
		assertAllDiffer(password(alice), new PreAuthenticatedAuthenticationToken(alice, "certificate", USER),
				new TestingAuthenticationToken(alice, "secret", "ROLE_USER"), jwt(null, "alice"), jwt(A, "alice"),
				login("github", account("alice")), introspected(null, "alice"), new Saml("okta", "alice"),
				new Saml("adfs", "alice"), new UsernamePasswordAuthenticationToken("alice", "unchecked"),
				(Principal) () -> "alice");
	}

	@Test
	void aSessionThatGoesOnWithACookieIsThatOfTheSameUser() {
		assertAllAreOne(password(details("alice")), password("alice"),
				new RememberMeAuthenticationToken("key", details("alice"), USER), details("alice"));
	}

	@Test
	void whoActsForAUserIsThatUser() {
		assertAllAreOne(password(details("alice")), UsernamePasswordAuthenticationToken.authenticated(details("alice"),
				"secret",
				List.of(new SwitchUserGrantedAuthority("ROLE_PREVIOUS_ADMINISTRATOR", password(details("admin"))))));
	}

	@Test
	void whoIsAnonymousIsNobody() {
		assertThat(identify(new AnonymousAuthenticationToken("key", "anonymousUser", USER))).isNull();
		assertThat(identify(new AnonymousAuthenticationToken("key", "alice", USER) {
		})).isNull();
		assertThat(identifier((user) -> "shared").identify(new AnonymousAuthenticationToken("key", "x", USER)))
			.isNull();
	}

	@Test
	void whoIsAuthenticatedWithoutNameIsRefused() {
		Stream
			.of(password(""), password(" "), new Nameless(null), new Nameless(""), password(new Object()),
					password(new SimpleState("alice")), introspected(null, " "), new Saml("okta", ""))
			.forEach((user) -> assertThatIllegalArgumentException().as(user.toString())
				.isThrownBy(() -> identify(user))
				.withMessageContaining("no name")
				.withMessageContaining("IdempotencyUserResolver"));
	}

	@Test
	void theRuleOfTheApplicationReplacesOurs() {
		SecurityUserIdentifier identifier = identifier((user) -> user.getName().toLowerCase(Locale.ROOT));
		assertThat(identifier.identify(password("Alice"))).isEqualTo(identifier.identify(jwt(A, "alice")))
			.isNotEqualTo(identifier.identify(password("bob")))
			.isNotEqualTo(identify(password("alice")));
		for (String user : new String[] { "", " ", null }) {
			assertThatIllegalArgumentException().isThrownBy(() -> identifier((any) -> user).identify(password("alice")))
				.withMessageContaining("IdempotencyUserResolver gave no user");
		}
	}

	@Test
	void noResolvedTextIsTakenForAUserOfAnotherRule() {
		String alice = identify(password("alice"));
		assertThat(identifier((user) -> alice).identify(password("bob"))).isNotEqualTo(alice);
	}

	@Test
	void whatHasNoNameCountsByItsState() {
		assertAllDiffer(new SimpleState("alice"), new SimpleState("bob"), "alice", 4711L, 4712L);
		assertAllAreOne(new SimpleState("alice"), new SimpleState("alice"));
	}

	/** Has no toString(). */
	static final class SimpleState {

		@SuppressWarnings("unused") // its state
		private final String name;

		SimpleState(String name) {
			this.name = name;
		}

	}

	static final class Nameless extends TestingAuthenticationToken {

		private final @Nullable String name;

		Nameless(@Nullable String name) {
			super("principal", "secret", List.of(new SimpleGrantedAuthority("ROLE_USER")));
			this.name = name;
		}

		@Override
		public @Nullable String getName() {
			return this.name;
		}

	}

	/** As that of SAML 2.0, whose library is not here. */
	public static final class Saml extends TestingAuthenticationToken {

		private final String registration;

		Saml(String registration, String name) {
			super(name, "response", List.of(new SimpleGrantedAuthority("ROLE_USER")));
			this.registration = registration;
		}

		public String getRelyingPartyRegistrationId() {
			return this.registration;
		}

	}

}
