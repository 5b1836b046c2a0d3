package io.idempotent.interceptor;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import io.idempotent.Idempotent;
import io.idempotent.InProgressPolicy;
import org.aspectj.lang.JoinPoint;
import org.aspectj.lang.annotation.AfterReturning;
import org.aspectj.lang.annotation.Aspect;
import org.aspectj.lang.annotation.Before;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Aspects around methods that run on another thread than that of their caller. Spring
 * tells them of their invocation by thread.
 */
@Timeout(60)
class DeferredAdviceTests {

	private final ApplicationContextRunner application = Application.proxyingClasses()
		.withBean(Audit.class)
		.withBean(Contracts.class);

	@Test
	void aspectsSeeTheInvocationOfAMonoAtEachSubscription() {
		this.application.run((context) -> {
			Mono<String> failing = context.getBean(Contracts.class).mono("k");
			assertThat(failing.retry(1).block()).isEqualTo("signed");
			assertThat(context.getBean(Audit.class).seen).containsExactly("before mono[k]", "after mono[k]",
					"before mono[k]", "after mono[k]");
		});
	}

	@Test
	void aspectsSeeTheInvocationOfACallerThatHadToWait() {
		this.application.run((context) -> {
			Contracts contracts = context.getBean(Contracts.class);
			CompletableFuture<String> first = contracts.future("k");
			CompletableFuture<String> second = contracts.future("k");
			contracts.release();
			assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo("signed");
			assertThat(first).failsWithin(20, TimeUnit.SECONDS);
			assertThat(context.getBean(Audit.class).seen).hasSize(4);
		});
	}

	@Aspect
	static class Audit {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@Before("@annotation(io.idempotent.Idempotent)")
		void before(JoinPoint call) {
			this.seen.add("before " + call.getSignature().getName() + List.of(call.getArgs()));
		}

		@AfterReturning("@annotation(io.idempotent.Idempotent)")
		void after(JoinPoint call) {
			this.seen.add("after " + call.getSignature().getName() + List.of(call.getArgs()));
		}

	}

	static class Contracts {

		private final CompletableFuture<String> work = new CompletableFuture<>();

		private int runs;

		void release() {
			this.work.completeExceptionally(new IllegalStateException("released"));
		}

		@Idempotent(key = "#id", operation = "mono")
		public Mono<String> mono(String id) {
			return (this.runs++ == 0) ? Mono.error(new IllegalStateException("once")) : Mono.just("signed");
		}

		@Idempotent(key = "#id", operation = "future", onInProgress = InProgressPolicy.WAIT)
		public CompletableFuture<String> future(String id) {
			return (this.runs++ == 0) ? this.work : CompletableFuture.completedFuture("signed");
		}

	}

}
