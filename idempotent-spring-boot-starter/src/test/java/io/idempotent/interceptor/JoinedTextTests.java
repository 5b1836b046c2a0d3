package io.idempotent.interceptor;

import io.idempotent.Idempotent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Keys and scopes that an expression joins of parts, one of which may be null.
 */
class JoinedTextTests {

	private final TestOperations test = new TestOperations();

	private final Service service = new Service();

	@ParameterizedTest
	@ValueSource(strings = { "prefixed", "suffixed", "nested", "inList", "inBranch", "ofJoined", "formatted",
			"byFormat", "byValueOf" })
	void aKeyOfWhichAPartIsMissingIsNoKeyAndNotTheTextNull(String method) {
		assertThat(this.test.call(this.service, method, "1").key()).asString().contains("1");
		assertThat(this.test.call(this.service, method, (Object) null).key()).isNull();
	}

	@Test
	void aScopeOfWhichAPartIsMissingIsRefused() {
		assertThat(this.test.call(this.service, "scoped", "1").scope()).isEqualTo("tenant-1");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.test.call(this.service, "scoped", (Object) null).scope())
			.withMessageContaining("gave no scope (null)");
	}

	@Test
	void whatTheExpressionSaysForAMissingPartIsTaken() {
		assertThat(this.test.call(this.service, "replaced", (Object) null).key()).isEqualTo("order-none");
		assertThat(this.test.call(this.service, "chosen", (Object) null).key()).isEqualTo("none");
	}

	static class Service {

		@Idempotent(key = "'order-' + #id", operation = "prefixed")
		void prefixed(@Nullable String id) {
		}

		@Idempotent(key = "#id + '-order'", operation = "suffixed")
		void suffixed(@Nullable String id) {
		}

		@Idempotent(key = "'a' + ('b' + #id) + 'c'", operation = "nested")
		void nested(@Nullable String id) {
		}

		@Idempotent(key = "{'a', 'order-' + #id}", operation = "inList")
		void inList(@Nullable String id) {
		}

		@Idempotent(key = "(#id != '2') ? 'order-' + #id : #id", operation = "inBranch")
		void inBranch(@Nullable String id) {
		}

		@Idempotent(key = "('Order-' + #id).toLowerCase()", operation = "ofJoined")
		void ofJoined(@Nullable String id) {
		}

		@Idempotent(key = "'order-%s'.formatted(#id)", operation = "formatted")
		void formatted(@Nullable String id) {
		}

		@Idempotent(key = "T(String).format('order-%s', #id)", operation = "byFormat")
		void byFormat(@Nullable String id) {
		}

		@Idempotent(key = "T(String).valueOf(#id)", operation = "byValueOf")
		void byValueOf(@Nullable Object id) {
		}

		@Idempotent(key = "'order'", scope = "'tenant-' + #id", operation = "scoped")
		void scoped(@Nullable String id) {
		}

		@Idempotent(key = "'order-' + (#id ?: 'none')", operation = "replaced")
		void replaced(@Nullable String id) {
		}

		@Idempotent(key = "(#id != null) ? 'order-' + #id : 'none'", operation = "chosen")
		void chosen(@Nullable String id) {
		}

	}

}
