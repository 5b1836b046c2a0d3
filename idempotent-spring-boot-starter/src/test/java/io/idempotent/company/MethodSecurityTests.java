package io.idempotent.company;

import io.idempotent.IdempotencyRecord.State;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.Idempotent;
import io.idempotent.company.Company.Outcomes;
import io.idempotent.company.Company.Runs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.annotation.Secured;
import org.springframework.security.access.prepost.PostAuthorize;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Method security stands outside of ours: no right, no record, no replay.
 */
class MethodSecurityTests {

	private final ApplicationContextRunner application = Company.application(Security.class).withBean(Accounts.class);

	@AfterEach
	void logOut() {
		SecurityContextHolder.clearContext();
	}

	private static void logIn(String name, String... roles) {
		SecurityContextHolder.getContext().setAuthentication(new TestingAuthenticationToken(name, "secret", roles));
	}

	@Test
	void whoMayNotCallReservesNothingAndGetsNoReplay() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			logIn("mallory", "ROLE_GUEST");
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> accounts.close("a-1"));
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> accounts.open("a-1"));
			assertThat(Company.state(context, "account.close", "a-1")).isEmpty();
			assertThat(Company.state(context, "account.open", "a-1")).isEmpty();
			logIn("alice", "ROLE_CLERK");
			assertThat(accounts.close("a-1")).isEqualTo("alice in run 1");
			assertThat(accounts.open("a-1")).isEqualTo("alice in run 2");
			logIn("mallory", "ROLE_GUEST");
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> accounts.close("a-1"));
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> accounts.open("a-1"));
			assertThat(context.getBean(Outcomes.class).list()).as("calls that came through").hasSize(2);
		});
	}

	@Test
	void whoIsDeniedTheResultHasRunTheMethodAndReplaysAreCheckedAgain() {
		this.application.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			logIn("mallory", "ROLE_GUEST");
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> accounts.read("a-1", "alice"));
			assertThatExceptionOfType(AccessDeniedException.class).isThrownBy(() -> accounts.read("a-1", "alice"));
			assertThat(Company.state(context, "account.read", "a-1")).contains(State.COMPLETED);
			logIn("alice", "ROLE_GUEST");
			assertThat(accounts.read("a-1", "alice")).isEqualTo("alice");
			assertThat(context.getBean(Runs.class)).hasValue(1);
		});
	}

	@Test
	void aScopeResolverGivesEachUserRecordsOfHisOwn() {
		this.application
			.withBean(IdempotencyScopeResolver.class,
					() -> (invocation) -> SecurityContextHolder.getContext().getAuthentication().getName())
			.run((context) -> {
				Accounts accounts = context.getBean(Accounts.class);
				logIn("alice", "ROLE_CLERK");
				assertThat(accounts.close("a-1")).isEqualTo("alice in run 1");
				logIn("bob", "ROLE_CLERK");
				assertThat(accounts.close("a-1")).isEqualTo("bob in run 2");
				assertThat(accounts.close("a-1")).isEqualTo("bob in run 2");
			});
	}

	static class Accounts {

		private final Runs runs;

		Accounts(Runs runs) {
			this.runs = runs;
		}

		@PreAuthorize("hasRole('CLERK')")
		@Idempotent(key = "#id", operation = "account.close")
		public String close(String id) {
			return run();
		}

		@Secured("ROLE_CLERK")
		@Idempotent(key = "#id", operation = "account.open")
		public String open(String id) {
			return run();
		}

		@PostAuthorize("returnObject == authentication.name")
		@Idempotent(key = "#id", operation = "account.read")
		public String read(String id, String owner) {
			this.runs.incrementAndGet();
			return owner;
		}

		private String run() {
			return "%s in run %d".formatted(SecurityContextHolder.getContext().getAuthentication().getName(),
					this.runs.incrementAndGet());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity(securedEnabled = true)
	static class Security {

	}

}
