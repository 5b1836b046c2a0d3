package io.idempotent.web;

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
	void aUserWhoHasNoNameIsNobody() {
		assertThatIllegalArgumentException().isThrownBy(() -> scopes(false).scopeOf(() -> null, () -> ""))
			.withMessageContaining("no authenticated user");
		assertThatIllegalArgumentException().isThrownBy(() -> scopes(false).scopeOf(() -> " ", () -> ""));
		assertThat(scopes(true).scopeOf(() -> null, () -> "")).isEqualTo(scopes(true).scopeOf(null, () -> ""));
	}

}
