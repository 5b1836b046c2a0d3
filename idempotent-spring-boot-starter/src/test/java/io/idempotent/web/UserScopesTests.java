package io.idempotent.web;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Whose a key is.
 */
class UserScopesTests {

	private static UserScopes scopes(boolean shared) {
		return new UserScopes(new WebSettings("Idempotency-Key", true, shared, false, 1, 1, false, null));
	}

	@Test
	void aNameCannotBeMistakenForAnotherNameAndScope() {
		assertThat(scopes(false).scopeOf(() -> "a", () -> "bc"))
			.isNotEqualTo(scopes(false).scopeOf(() -> "ab", () -> "c"));
	}

	@Test
	void aUserIsTheSameInEachLocale() {
		String scope = scopes(false).scopeOf(() -> "ann", () -> "t");
		Locale locale = Locale.getDefault();
		try {
			for (String other : List.of("ar-EG-u-nu-arab", "fa-IR", "th-TH-u-nu-thai", "hi-IN-u-nu-deva", "tr-TR")) {
				Locale.setDefault(Locale.forLanguageTag(other));
				assertThat(scopes(false).scopeOf(() -> "ann", () -> "t")).isEqualTo(scope);
			}
		}
		finally {
			Locale.setDefault(locale);
		}
	}

	@Test
	void aUserWhoHasNoNameIsNobody() {
		assertThatIllegalArgumentException().isThrownBy(() -> scopes(false).scopeOf(() -> null, () -> ""))
			.withMessageContaining("no authenticated user");
		assertThatIllegalArgumentException().isThrownBy(() -> scopes(false).scopeOf(() -> " ", () -> ""));
		assertThat(scopes(true).scopeOf(() -> null, () -> "")).isEqualTo(scopes(true).scopeOf(null, () -> ""));
	}

}
