package io.idempotent.company;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencyRecord.State;
import io.idempotent.Idempotent;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.company.Company.Outcomes;
import io.idempotent.company.Company.Runs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * {@code @Retryable} stands outside of ours: each of its attempts is a call of its own,
 * which runs, is replayed or is refused.
 */
@Timeout(60)
class RetryableTests {

	private final ApplicationContextRunner application = Company.application(Resilience.class).withBean(Payments.class);

	@Test
	void aFailureIsRunAgainUntilItSucceedsAndTheSuccessIsReplayed() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThat(payments.pay("p-1", 2)).isEqualTo("paid by run 3");
			assertThat(payments.pay("p-1", 2)).isEqualTo("paid by run 3");
			assertThat(context.getBean(Outcomes.class).list()).containsExactly(IdempotencyOutcome.FAILED,
					IdempotencyOutcome.FAILED, IdempotencyOutcome.EXECUTED, IdempotencyOutcome.REPLAYED);
		});
	}

	@Test
	void aRecordedFailureIsNeverRunAgainHoweverOftenItIsRetried() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(DeclinedException.class).isThrownBy(() -> payments.decline("p-1"))
				.withMessage("declined by run 1");
			assertThat(context.getBean(Outcomes.class).list()).containsExactly(IdempotencyOutcome.FAILURE_RECORDED,
					IdempotencyOutcome.FAILURE_REPLAYED, IdempotencyOutcome.FAILURE_REPLAYED);
		});
	}

	@Test
	void aRecordedFailureThatIsExcludedIsNotEvenAskedForAgain() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(DeclinedException.class).isThrownBy(() -> payments.declineForGood("p-1"));
			assertThat(context.getBean(Outcomes.class).list()).containsExactly(IdempotencyOutcome.FAILURE_RECORDED);
		});
	}

	@Test
	void afterATimeoutTheRetriesAreRefusedInsteadOfPayingTwice() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> payments.timeOut("p-1"));
			assertThat(context.getBean(Runs.class)).hasValue(1);
			assertThat(Company.state(context, "pay.time-out", "p-1")).contains(State.ABANDONED);
		});
	}

	@Test
	void aDuplicateIsRetriedUntilTheFirstCallHasFinishedAndGetsItsResult() {
		CountDownLatch refused = new CountDownLatch(1);
		this.application.withBean("refused", IdempotencyListener.class, () -> (event) -> refusal(event, refused))
			.run((context) -> {
				Payments payments = context.getBean(Payments.class);
				CountDownLatch started = new CountDownLatch(1);
				CompletableFuture<String> first = CompletableFuture
					.supplyAsync(() -> payments.payBetween(started, refused, "p-1"));
				started.await();
				assertThat(payments.payBetween(started, refused, "p-1")).isEqualTo("paid by run 1");
				assertThat(first.get()).isEqualTo("paid by run 1");
			});
		assertThat(refused.getCount()).isZero();
	}

	@Test
	void aMonoIsSubscribedToAgainAndEachSubscriptionIsACall() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThat(payments.payMono("p-1").block()).isEqualTo("paid by run 3");
			assertThat(payments.payMono("p-1").block()).isEqualTo("paid by run 3");
		});
	}

	@Test
	void aFutureIsNotRetriedBecauseItsFailureIsNotThrown() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			assertThatThrownBy(() -> payments.payFuture("p-1").get(20, TimeUnit.SECONDS)).hasMessageContaining("run 1");
			assertThatThrownBy(() -> payments.payAsync("p-1").get(20, TimeUnit.SECONDS)).hasMessageContaining("run 2");
			assertThat(context.getBean(Runs.class)).hasValue(2);
		});
	}

	@Test
	void insideOfAnOpenTransactionARetryIsRefusedBecauseTheFailureEndsWithTheTransaction() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			TransactionTemplate transaction = new TransactionTemplate(
					context.getBean(PlatformTransactionManager.class));
			assertThatExceptionOfType(OperationInProgressException.class)
				.isThrownBy(() -> transaction.execute((status) -> payments.pay("p-1", 1)));
			assertThat(payments.pay("p-1", 1)).isEqualTo("paid by run 2");
		});
	}

	private static void refusal(IdempotencyEvent event, CountDownLatch refused) {
		if (event.outcome() == IdempotencyOutcome.IN_PROGRESS) {
			refused.countDown();
		}
	}

	static class DeclinedException extends RuntimeException {

		DeclinedException(String message) {
			super(message);
		}

	}

	static class Payments {

		private final Runs runs;

		Payments(Runs runs) {
			this.runs = runs;
		}

		@Retryable(maxRetries = 2, delay = 0)
		@Idempotent(key = "#id", operation = "pay")
		public String pay(String id, int failures) {
			return runAfter(failures);
		}

		@Retryable(maxRetries = 2, delay = 0)
		@Idempotent(key = "#id", operation = "pay.decline", recordFailures = DeclinedException.class)
		public void decline(String id) {
			throw new DeclinedException("declined by run " + this.runs.incrementAndGet());
		}

		@Retryable(maxRetries = 2, delay = 0, excludes = DeclinedException.class)
		@Idempotent(key = "#id", operation = "pay.decline-for-good", recordFailures = DeclinedException.class)
		public void declineForGood(String id) {
			throw new DeclinedException("declined by run " + this.runs.incrementAndGet());
		}

		@Retryable(maxRetries = 2, delay = 0)
		@Idempotent(key = "#id", operation = "pay.time-out")
		public void timeOut(String id) throws IOException {
			throw new SocketTimeoutException("no answer to run " + this.runs.incrementAndGet());
		}

		@Retryable(includes = OperationInProgressException.class, maxRetries = 10_000, delay = 2)
		@Idempotent(key = "#id", operation = "pay.between", payload = Idempotent.UNCHECKED)
		public String payBetween(CountDownLatch started, CountDownLatch proceed, String id) {
			started.countDown();
			try {
				proceed.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			return runAfter(0);
		}

		@Retryable(maxRetries = 2, delay = 1)
		@Idempotent(key = "#id", operation = "pay.mono")
		public Mono<String> payMono(String id) {
			return Mono.fromCallable(() -> runAfter(2));
		}

		@Retryable(maxRetries = 2, delay = 0)
		@Idempotent(key = "#id", operation = "pay.future")
		public CompletableFuture<String> payFuture(String id) {
			return CompletableFuture.completedFuture(runAfter(2));
		}

		@Async
		@Retryable(maxRetries = 2, delay = 0)
		@Idempotent(key = "#id", operation = "pay.async")
		public CompletableFuture<String> payAsync(String id) {
			return CompletableFuture.completedFuture(runAfter(2));
		}

		private String runAfter(int failures) {
			int run = this.runs.incrementAndGet();
			if (run <= failures) {
				throw new UncheckedIOException(new IOException("run " + run));
			}
			return "paid by run " + run;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	@EnableAsync
	static class Resilience {

	}

}
