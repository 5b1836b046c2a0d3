package io.idempotent.company;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

import io.idempotent.IdempotencyOutcome;
import io.idempotent.Idempotent;
import io.idempotent.company.Company.Outcomes;
import io.idempotent.company.Company.Runs;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.InvocationRejectedException;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.ConcurrencyLimit.ThrottlePolicy;
import org.springframework.resilience.annotation.EnableResilientMethods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@code @ConcurrencyLimit} stands outside of ours: duplicates count.
 */
@Timeout(60)
class ConcurrencyLimitTests {

	private final ApplicationContextRunner application = Company.application(Resilience.class)
		.withBean(Gate.class)
		.withBean(Channel.class)
		.withBean(Payments.class);

	private final ExecutorService threads = Executors.newFixedThreadPool(2);

	@AfterEach
	void close() {
		this.threads.shutdownNow();
	}

	@Test
	void aDuplicateWaitsForItsTurnAndIsThenReplayedInsteadOfRefused() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			Gate gate = context.getBean(Gate.class);
			Future<String> first = this.threads.submit(() -> payments.payInTurn("p-1"));
			gate.entered.await();
			AtomicReference<Thread> waiting = new AtomicReference<>();
			Future<String> duplicate = this.threads.submit(() -> {
				waiting.set(Thread.currentThread());
				return payments.payInTurn("p-1");
			});
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> waiting.get() != null && waiting.get().getState() == Thread.State.WAITING);
			gate.open.countDown();
			assertThat(duplicate.get()).isEqualTo(first.get()).isEqualTo("run 1");
			assertThat(context.getBean(Outcomes.class).list()).containsExactly(IdempotencyOutcome.EXECUTED,
					IdempotencyOutcome.REPLAYED);
		});
	}

	@Test
	void aCallBeyondARejectingLimitReservesNothing() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			Gate gate = context.getBean(Gate.class);
			Future<String> first = this.threads.submit(() -> payments.payOrReject("p-1"));
			gate.entered.await();
			assertThatExceptionOfType(InvocationRejectedException.class).isThrownBy(() -> payments.payOrReject("p-2"));
			assertThat(Company.state(context, "pay.or-reject", "p-2")).isEmpty();
			gate.open.countDown();
			assertThat(first.get()).isEqualTo("run 1");
			assertThat(payments.payOrReject("p-2")).isEqualTo("run 2");
		});
	}

	@Test
	void replaysPassALimitThatStandsOnTheNextBean() {
		this.application.run((context) -> {
			Payments payments = context.getBean(Payments.class);
			Gate gate = context.getBean(Gate.class);
			Future<String> first = this.threads.submit(() -> payments.payThroughChannel("p-1"));
			gate.entered.await();
			gate.open.countDown();
			assertThat(first.get()).isEqualTo("run 1");
			gate.close();
			Future<String> other = this.threads.submit(() -> payments.payThroughChannel("p-2"));
			gate.entered.await();
			assertThat(payments.payThroughChannel("p-1")).as("while the channel is busy").isEqualTo("run 1");
			gate.open.countDown();
			assertThat(other.get()).isEqualTo("run 2");
		});
	}

	static class Gate {

		private CountDownLatch entered = new CountDownLatch(1);

		private CountDownLatch open = new CountDownLatch(1);

		private void close() {
			this.entered = new CountDownLatch(1);
			this.open = new CountDownLatch(1);
		}

		void pass() {
			this.entered.countDown();
			try {
				this.open.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	static class Channel {

		private final Runs runs;

		private final Gate gate;

		Channel(Runs runs, Gate gate) {
			this.runs = runs;
			this.gate = gate;
		}

		@ConcurrencyLimit(1)
		public String transfer() {
			this.gate.pass();
			return "run " + this.runs.incrementAndGet();
		}

	}

	static class Payments {

		private final Runs runs;

		private final Gate gate;

		private final Channel channel;

		Payments(Runs runs, Gate gate, Channel channel) {
			this.runs = runs;
			this.gate = gate;
			this.channel = channel;
		}

		@ConcurrencyLimit(1)
		@Idempotent(key = "#id", operation = "pay.in-turn")
		public String payInTurn(String id) {
			this.gate.pass();
			return "run " + this.runs.incrementAndGet();
		}

		@ConcurrencyLimit(limit = 1, policy = ThrottlePolicy.REJECT)
		@Idempotent(key = "#id", operation = "pay.or-reject")
		public String payOrReject(String id) {
			this.gate.pass();
			return "run " + this.runs.incrementAndGet();
		}

		@Idempotent(key = "#id", operation = "pay.through-channel")
		public String payThroughChannel(String id) {
			return this.channel.transfer();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	static class Resilience {

	}

}
