package io.idempotent.company;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.Idempotent;
import io.idempotent.company.Company.Outcomes;
import io.idempotent.company.Company.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.interceptor.AsyncUncaughtExceptionHandler;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.AsyncConfigurer;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * {@code @Async} stands outside of ours: everything happens on the executor's thread.
 */
@Timeout(60)
class AsyncTests {

	// one thread: what was submitted first has ended before the next begins
	private final ApplicationContextRunner application = Company.application(Asynchronous.class)
		.withPropertyValues("spring.task.execution.pool.core-size=1")
		.withBean(Failures.class)
		.withBean(Mails.class);

	@Test
	void aFutureIsReplayedAndTheContextIsThereOnTheExecutorsThread() {
		this.application.run((context) -> {
			Mails mails = context.getBean(Mails.class);
			String first = mails.send("m-1", "text").get(20, TimeUnit.SECONDS);
			assertThat(first).isEqualTo("m-1 in run 1 on task-1");
			assertThat(mails.send("m-1", "text").get(20, TimeUnit.SECONDS)).isEqualTo(first);
		});
	}

	@Test
	void aRefusalComesThroughTheFuture() {
		this.application.run((context) -> {
			Mails mails = context.getBean(Mails.class);
			mails.send("m-1", "text").get(20, TimeUnit.SECONDS);
			CompletableFuture<String> refused = mails.send("m-1", "another text");
			assertThatThrownBy(() -> refused.get(20, TimeUnit.SECONDS))
				.hasRootCauseInstanceOf(IdempotencyKeyReusedException.class);
		});
	}

	@Test
	void aMethodWithoutResultRunsOnceAndDuplicatesAreSilent() {
		this.application.run((context) -> {
			Mails mails = context.getBean(Mails.class);
			mails.forget("m-1", false);
			mails.forget("m-1", false);
			mails.send("last", "text").get(20, TimeUnit.SECONDS);
			assertThat(context.getBean(Runs.class)).hasValue(2);
			assertThat(context.getBean(Outcomes.class).list()).containsExactly(IdempotencyOutcome.EXECUTED,
					IdempotencyOutcome.REPLAYED, IdempotencyOutcome.EXECUTED);
		});
	}

	@Test
	void theFailureOfAMethodWithoutResultReleasesAndGoesToTheHandler() {
		this.application.run((context) -> {
			Mails mails = context.getBean(Mails.class);
			mails.forget("m-1", true);
			mails.forget(null, false);
			Failures failures = context.getBean(Failures.class);
			assertThat(failures.poll(20, TimeUnit.SECONDS)).hasMessage("the mail server is away");
			assertThat(failures.poll(20, TimeUnit.SECONDS)).hasMessageContaining("mail.forget")
				.hasMessageContaining("key");
			assertThat(Company.state(context, "mail.forget", "m-1")).contains(State.RELEASED);
		});
	}

	static class Mails {

		private final Runs runs;

		Mails(Runs runs) {
			this.runs = runs;
		}

		@Async
		@Idempotent(key = "#id", operation = "mail.send")
		public CompletableFuture<String> send(String id, String text) {
			return CompletableFuture
				.completedFuture("%s in run %d on %s".formatted(IdempotencyContext.current().orElseThrow().key(),
						this.runs.incrementAndGet(), Thread.currentThread().getName()));
		}

		@Async
		@Idempotent(key = "#id", operation = "mail.forget", payload = Idempotent.UNCHECKED)
		public void forget(String id, boolean failing) {
			this.runs.incrementAndGet();
			if (failing) {
				throw new IllegalStateException("the mail server is away");
			}
		}

	}

	static class Failures extends LinkedBlockingQueue<Throwable> {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class Asynchronous implements AsyncConfigurer {

		private final Failures failures;

		Asynchronous(Failures failures) {
			this.failures = failures;
		}

		@Override
		public AsyncUncaughtExceptionHandler getAsyncUncaughtExceptionHandler() {
			return (failure, method, arguments) -> this.failures.add(failure);
		}

	}

}
