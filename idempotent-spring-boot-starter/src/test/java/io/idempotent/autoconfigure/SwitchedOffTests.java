package io.idempotent.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.Idempotent;
import io.idempotent.TransactionMode;
import io.idempotent.engine.IdempotencyEngine;
import io.idempotent.interceptor.IdempotentOperationSource;
import io.idempotent.store.IdempotencyStore;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * With {@code idempotent.enabled=false} everything runs, and what it derives from its
 * context is what it is under the guard.
 */
class SwitchedOffTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class,
				IdempotencyAutoConfiguration.class))
		.withBean(Payments.class);

	private final ApplicationContextRunner switchedOff = this.runner.withPropertyValues("idempotent.enabled=false");

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void everyCallDerivesTheKeysThatItDerivesUnderTheGuard(boolean resolved) {
		List<List<String>> keys = new ArrayList<>();
		for (String property : List.of("idempotent.enabled=false", "idempotent.store=memory")) {
			(resolved
					? this.runner.withBean(IdempotencyScopeResolver.class, () -> (call) -> "tenant " + call.operation())
					: this.runner)
				.withPropertyValues(property)
				.run((context) -> keys.add(derivedKeys(context)));
		}
		assertThat(keys.get(0)).hasSize(11).doesNotHaveDuplicates().isEqualTo(keys.get(1));
	}

	private static List<String> derivedKeys(ApplicationContext context) {
		Payments payments = context.getBean(Payments.class);
		IdempotencyTemplate template = context.getBean(IdempotencyTemplate.class);
		return List.of(payments.pay("1"), payments.pay("2"), payments.composite("1", 2), payments.scoped("1", "ann"),
				payments.unnamed("1"), payments.future("1").join(), payments.mono("1").block(),
				payments.flux("1").blockLast(), payments.nested("1", payments),
				template.operation("template").key("1").returning(String.class).execute(SwitchedOffTests::derived),
				template.operation("template.mono")
					.key(List.of("1", 2))
					.scope("ann")
					.returning(new ParameterizedTypeReference<Mono<String>>() {
					})
					.execute(SwitchedOffTests::derivedLater)
					.block());
	}

	@Test
	void everyCallRunsAsAFirstAttemptAndNoStoreIsNeeded() {
		this.switchedOff.run((context) -> {
			assertThat(context).hasNotFailed()
				.doesNotHaveBean(IdempotencyStore.class)
				.doesNotHaveBean(IdempotencyEngine.class)
				.doesNotHaveBean(IdempotentOperationSource.class);
			Payments payments = context.getBean(Payments.class);
			assertThat(payments.attempt("1")).isEqualTo("attempt 1, run 1");
			assertThat(payments.attempt("1")).isEqualTo("attempt 1, run 2");
			assertThat(IdempotencyContext.current()).isEmpty();
		});
	}

	@Test
	void theSettlementIsThereAndSaysThatItIsSwitchedOff() {
		this.switchedOff.run((context) -> {
			IdempotencySettlement settlement = context.getBean(IdempotencySettlement.class);
			for (ThrowingCallable question : List.<ThrowingCallable>of(() -> settlement.findAbandoned(1),
					() -> settlement.find("", "pay", "1"))) {
				assertThatIllegalStateException().isThrownBy(question)
					.withMessageContaining("'idempotent.enabled' is false");
			}
		});
		this.runner.withPropertyValues("idempotent.store=memory").run((context) -> {
			assertThat(context.getBean(IdempotencySettlement.class).findAbandoned(1)).isEmpty();
		});
		this.switchedOff.run((parent) -> this.runner.withParent(parent)
			.withPropertyValues("idempotent.enabled=true", "idempotent.store=memory")
			.run((child) -> assertThat(child.getBean(IdempotencySettlement.class).findAbandoned(1)).isEmpty()));
	}

	@Test
	void aCallWithoutAKeyRunsWithoutAContext() {
		this.switchedOff.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> payments.pay(null));
			assertThat(payments.optional(" ")).isEmpty();
			assertThat(payments.optional("1")).isPresent();
			assertThat(context.getBean(IdempotencyTemplate.class)
				.operation("template")
				.returning(Boolean.class)
				.execute(() -> IdempotencyContext.current().isPresent())).isFalse();
		});
	}

	@Test
	void whatCouldNotBeGuardedRunsWithoutAContextToo() {
		this.switchedOff.withBean(Wrong.class).run((context) -> {
			Wrong payments = context.getBean(Wrong.class);
			assertThat(payments.badKey("1")).isEmpty();
			assertThat(payments.badKey("1")).isEmpty();
			assertThat(payments.keyless("1")).isEmpty();
			assertThat(payments.finalMethod("1")).isEmpty();
		});
	}

	@Test
	void whatRecordsAreJoinedToDoesNotMatter() {
		this.switchedOff.withBean(Joined.class)
			.run((context) -> assertThat(context.getBean(Joined.class).pay("1")).isPresent());
	}

	@Test
	void failuresArriveAsTheyAre() {
		this.switchedOff.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatIllegalStateException().isThrownBy(() -> payments.fail("1")).withMessage("failed").withNoCause();
			assertThatIllegalStateException().isThrownBy(() -> payments.failLater("1").block()).withMessage("failed");
		});
	}

	private static String derived() {
		return IdempotencyContext.current().orElseThrow().keyFor("stripe");
	}

	private static Mono<String> derivedLater() {
		String now = derived();
		return Mono.deferContextual((context) -> {
			String later = context.get(IdempotencyContext.class).keyFor("stripe");
			return Mono.just(now.equals(later) ? now : now + " is not " + later);
		});
	}

	static class Payments {

		private int runs;

		@Idempotent(key = "#id", operation = "pay")
		public String pay(String id) {
			return derived();
		}

		@Idempotent(key = "{#id, #part}", operation = "composite")
		public String composite(String id, int part) {
			return derived();
		}

		@Idempotent(key = "#id", operation = "scoped", scope = "'user ' + #user")
		public String scoped(String id, String user) {
			return derived();
		}

		@Idempotent(key = "#id")
		public String unnamed(String id) {
			return derived();
		}

		@Idempotent(key = "#id", operation = "future")
		public CompletableFuture<String> future(String id) {
			return CompletableFuture.completedFuture(derived());
		}

		@Idempotent(key = "#id", operation = "mono")
		public Mono<String> mono(String id) {
			return derivedLater();
		}

		@Idempotent(key = "#id", operation = "flux")
		public Flux<String> flux(String id) {
			return derivedLater().flux();
		}

		@Idempotent(key = "#id", operation = "nested", payload = Idempotent.UNCHECKED)
		public String nested(String id, Payments self) {
			String before = derived();
			self.pay("inner");
			return before.equals(derived()) ? before : "another context is left";
		}

		@Idempotent(key = "#id", operation = "attempt")
		public String attempt(String id) {
			IdempotencyContext context = IdempotencyContext.current().orElseThrow();
			return "attempt %d, run %d".formatted(context.attempt(), ++this.runs);
		}

		@Idempotent(key = "#id", operation = "optional")
		public Optional<String> optional(String id) {
			return IdempotencyContext.current().map((context) -> context.keyFor("stripe"));
		}

		@Idempotent(key = "#id", operation = "fail")
		public void fail(String id) {
			throw new IllegalStateException("failed");
		}

		@Idempotent(key = "#id", operation = "fail.later")
		public Mono<String> failLater(String id) {
			throw new IllegalStateException("failed");
		}

	}

	/** With this the application would not start under the guard. */
	static class Wrong {

		@Idempotent(key = "#nothing", operation = "bad")
		public Optional<IdempotencyContext> badKey(String id) {
			return IdempotencyContext.current();
		}

		@Idempotent(operation = "keyless")
		public Optional<IdempotencyContext> keyless(String id) {
			return IdempotencyContext.current();
		}

		@Idempotent(key = "#id", operation = "final")
		public final Optional<IdempotencyContext> finalMethod(String id) {
			return IdempotencyContext.current();
		}

	}

	/** Without a database. */
	static class Joined {

		@Idempotent(key = "#id", operation = "joined", transaction = TransactionMode.JOIN)
		public Optional<String> pay(String id) {
			return IdempotencyContext.current().map((context) -> context.keyFor("stripe"));
		}

	}

}
