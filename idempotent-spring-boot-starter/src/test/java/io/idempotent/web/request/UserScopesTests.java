package io.idempotent.web.request;

import java.security.Principal;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import io.idempotent.codec.payload.CanonicalPayloadDigester;
import io.idempotent.interceptor.PlainUserIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Whose a key is.
 */
class UserScopesTests {

	private static UserScopes scopes(boolean shared) {
		return new UserScopes(new WebSettings("Idempotency-Key", true, shared, false, 1, 1, false, null),
				new PlainUserIdentifier(new CanonicalPayloadDigester()));
	}

	private static String scope(String user, String tenant) {
		return scopes(false).scopeOf(() -> user, () -> tenant);
	}

	@Test
	void noUserAndTenantAreMistakenForOthers() {
		Set<String> scopes = new TreeSet<>();
		String[] texts = { "a", "ab", "abc", "a:b", "b", "bc", "c", "1:a", ":", "user", "user:1:a", "raw:", "#" };
		int pairs = 0;
		for (String user : texts) {
			scopes.add(scope(user, ""));
			pairs++;
			for (String tenant : texts) {
				scopes.add(scope(user, tenant));
				pairs++;
			}
		}
		for (String tenant : texts) {
			scopes.add(scopes(true).scopeOf(null, () -> tenant));
			pairs++;
		}
		assertThat(scopes).hasSize(pairs);
	}

	@Test
	void aTenantThatLooksLikeAUserIsNotTakenForOne() {
		String alice = scope("alice", "");
		String hashed = scope("a".repeat(3_000), "");
		assertThat(scopes(true).scopeOf(null, () -> alice)).isNotEqualTo(alice);
		assertThat(scopes(true).scopeOf(null, () -> "raw:" + alice)).isNotEqualTo("raw:" + alice)
			.isNotEqualTo(scopes(true).scopeOf(null, () -> alice));
		assertThat(scopes(true).scopeOf(null, () -> hashed)).isNotEqualTo(hashed);
		assertThat(scopes(true).scopeOf(null, () -> "user:42")).isEqualTo("user:42");
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 200, 221, 222, 223, 254, 255, 256, 512, 3_000 })
	void aNameOfAnyLengthIsTheUsersAlone(int length) {
		String name = "x".repeat(length - 1);
		String scope = scope(name + "y", "acme");
		assertThat(scope).hasSizeLessThanOrEqualTo(255).isEqualTo(scope(name + "y", "acme"));
		assertThat(scope).isNotEqualTo(scope(name + "z", "acme"))
			.isNotEqualTo(scope(name + "y", "acma"))
			.isNotEqualTo(scope(name + "ya", "cme"))
			.isNotEqualTo(scope(name + "yy", "acme"))
			.isNotEqualTo(scope(name + "y", ""));
		assertThat(scope(scope, "")).isNotEqualTo(scope);
	}

	@Test
	void aLongTenantBesideAUserIsNotRefused() {
		assertThat(scope("alice", "t".repeat(255))).hasSizeLessThanOrEqualTo(255)
			.isNotEqualTo(scope("alice", "t".repeat(254) + "u"));
	}

	@Test
	void longNamesWithDifferentLoneSurrogatesAreDifferent() {
		assertThat(scope("x".repeat(300) + "\ud800", "")).isNotEqualTo(scope("x".repeat(300) + "\ud801", ""));
	}

	@ParameterizedTest
	@ValueSource(strings = { "ar-EG-u-nu-arab", "fa-IR-u-nu-arabext", "hi-IN-u-nu-deva", "th-TH-u-nu-thai", "tr-TR" })
	void theScopeDoesNotDependOnTheLocaleOfANode(String tag) {
		String here = scope("INGRID", "acme");
		String hashed = scope("INGRID".repeat(100), "acme");
		Locale locale = Locale.getDefault();
		Locale.setDefault(Locale.forLanguageTag(tag));
		try {
			assertThat(scope("INGRID", "acme")).isEqualTo(here);
			assertThat(scope("INGRID".repeat(100), "acme")).isEqualTo(hashed);
		}
		finally {
			Locale.setDefault(locale);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aUserWithoutNameIsRefusedAndNeverTakenForNobody(boolean shared) {
		for (Principal user : new Principal[] { () -> null, () -> "", () -> " \t" }) {
			assertThatIllegalArgumentException().isThrownBy(() -> scopes(shared).scopeOf(user, () -> ""))
				.withMessageContaining("has no name")
				.withMessageContaining("IdempotencyUserResolver");
		}
	}

	@Test
	void whoIsNotAuthenticatedIsRefusedUnlessTheyShareTheirKeys() {
		assertThatIllegalArgumentException().isThrownBy(() -> scopes(false).scopeOf(null, () -> ""))
			.withMessageContaining("no authenticated user");
		assertThat(scopes(true).scopeOf(null, () -> "")).isEmpty();
		assertThat(scopes(true).scopeOf(null, () -> "acme")).isEqualTo("acme");
	}

	@Test
	void recordsThatAreSharedOnPurposeAreNobodys() {
		assertThat(scopes(false).scopeOf(() -> "alice", null)).isEqualTo(scopes(false).scopeOf(null, null)).isEmpty();
	}

}
