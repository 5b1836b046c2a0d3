package io.idempotent;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.task.support.ContextPropagatingTaskDecorator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The context of an attempt on its thread, and on its way to others.
 */
class IdempotencyContextTests {

	private static final Supplier<Optional<IdempotencyContext>> CURRENT = IdempotencyContext::current;

	private final ExecutorService executor = Executors.newSingleThreadExecutor();

	private final IdempotencyContext outer = new IdempotencyContext("kate", "order.place", "o-1", 2, 7);

	private final IdempotencyContext inner = new IdempotencyContext("", "card.charge", "c-1", 1, 3);

	@AfterEach
	void close() {
		Hooks.disableAutomaticContextPropagation();
		this.executor.shutdownNow();
	}

	private Optional<IdempotencyContext> inExecutor() throws Exception {
		return this.executor.submit(CURRENT::get).get(20, TimeUnit.SECONDS);
	}

	@Test
	void theInnermostAttemptIsCurrentAndTheFormerOneAfterwards() {
		assertThat(IdempotencyContext.current()).isEmpty();
		this.outer.call(() -> {
			assertThatIllegalStateException().isThrownBy(() -> this.inner.call(() -> {
				assertThat(IdempotencyContext.current()).contains(this.inner);
				throw new IllegalStateException();
			}));
			assertThat(IdempotencyContext.current()).contains(this.outer);
			return true;
		});
		assertThat(IdempotencyContext.current()).isEmpty();
	}

	@Test
	void anotherThreadDoesNotInheritIt() throws Exception {
		assertThat(this.outer.<Optional<IdempotencyContext>, Exception>call(this::inExecutor)).isEmpty();
	}

	@Test
	void wrappedTasksAndExecutorsTakeItAlongAndLeaveNothingBehind() throws Exception {
		assertThat(this.executor.submit(this.outer.wrap(CURRENT::get)).get(20, TimeUnit.SECONDS)).contains(this.outer);
		CompletableFuture<Optional<IdempotencyContext>> seen = new CompletableFuture<>();
		this.executor.execute(this.outer.wrap(() -> {
			seen.complete(IdempotencyContext.current());
		}));
		assertThat(seen.get(20, TimeUnit.SECONDS)).contains(this.outer);
		assertThat(CompletableFuture.supplyAsync(CURRENT, this.outer.wrap(this.executor)).get(20, TimeUnit.SECONDS))
			.contains(this.outer);
		assertThat(inExecutor()).isEmpty();
	}

	@Test
	void springsContextPropagatingTaskDecoratorTakesItAlong() throws Exception {
		CompletableFuture<Optional<IdempotencyContext>> seen = new CompletableFuture<>();
		Runnable task = this.outer
			.call(() -> new ContextPropagatingTaskDecorator().decorate(() -> seen.complete(CURRENT.get())));
		this.executor.execute(task);
		assertThat(seen.get(20, TimeUnit.SECONDS)).contains(this.outer);
		assertThat(inExecutor()).isEmpty();
	}

	@Test
	void reactorsAutomaticContextPropagationBindsIt() {
		Hooks.enableAutomaticContextPropagation();
		assertThat(Mono.fromSupplier(CURRENT)
			.subscribeOn(Schedulers.parallel())
			.contextWrite((view) -> view.put(IdempotencyContext.class, this.outer))
			.block()).contains(this.outer);
		assertThat(this.inner.call(() -> Mono.fromSupplier(CURRENT).subscribeOn(Schedulers.parallel()).block()))
			.contains(this.inner);
		assertThat(Mono.fromSupplier(CURRENT).subscribeOn(Schedulers.parallel()).block()).isEmpty();
	}

	@Test
	void derivedKeysAreEqualOnEveryAttemptAndDifferForAllElse() {
		IdempotencyContext retry = new IdempotencyContext("kate", "order.place", "o-1", 3, 8);
		String key = this.outer.keyFor("stripe");
		assertThat(retry.keyFor("stripe")).isEqualTo(key);
		assertThat(this.outer.keyFor("mail")).isNotEqualTo(key);
		assertThat(new IdempotencyContext("", "order.place", "o-1", 2, 7).keyFor("stripe")).isNotEqualTo(key);
		assertThat(new IdempotencyContext("kate", "order.placeo", "-1", 2, 7).keyFor("stripe")).isNotEqualTo(key);
		assertThat(new IdempotencyContext("kate", "order.place", "o-2", 2, 7).keyFor("stripe")).isNotEqualTo(key);
	}

	@Test
	void aDerivedKeyNeverChangesBecauseTheOtherSystemRemembersIt() {
		assertThat(this.outer.keyFor("stripe")).isEqualTo("01fb372a-49cc-8f68-bf60-f661c6d4b771");
	}

	@Test
	void itsTextDoesNotShowTheKey() {
		assertThat(this.outer).asString().contains("attempt 2", "'order.place'").doesNotContain("o-1");
	}

}
