package io.idempotent.web.execute;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.OperationInProgressException;
import io.idempotent.engine.transaction.CommitFailureListener;
import io.idempotent.web.IdempotentOperationHandler;
import io.idempotent.web.OperationFailedException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * What the applications of these tests let clients execute.
 */
@Configuration(proxyBeanMethods = false)
class ExecuteApiOperations {

	private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();

	private final CountDownLatch entered = new CountDownLatch(1);

	private final CountDownLatch gate = new CountDownLatch(1);

	volatile Map<String, Object> seen = Map.of();

	int runs(String operation) {
		return this.runs.computeIfAbsent(operation, (key) -> new AtomicInteger()).get();
	}

	void awaitEntered() throws InterruptedException {
		if (!this.entered.await(20, TimeUnit.SECONDS)) {
			throw new IllegalStateException("The operation was not run");
		}
	}

	/** Lets what is slow go on. */
	void open() {
		this.gate.countDown();
	}

	@Bean
	IdempotentOperationHandler<Order, Receipt> order() {
		return new Operation<>("order", Order.class,
				(order, run) -> new Receipt(run, order.item(), order.amount(), null));
	}

	@Bean
	IdempotentOperationHandler<JsonNode, JsonNode> echo() {
		return new Operation<>("echo", JsonNode.class, (payload, run) -> payload);
	}

	@Bean
	@SuppressWarnings("rawtypes") // what a payload of any shape is read as
	IdempotentOperationHandler<Map, String> slow() {
		return new Operation<>("slow", Map.class, (payload, run) -> {
			this.entered.countDown();
			if (!this.gate.await(30, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Nobody opened the gate");
			}
			return "run " + run;
		});
	}

	@Bean
	IdempotentOperationHandler<Status, String> declared() {
		return new Operation<>("declared", Status.class, (payload, run) -> {
			throw new OperationFailedException(HttpStatusCode.valueOf(payload.status()), "DECLARED",
					"It was run " + run);
		});
	}

	@Bean
	IdempotentOperationHandler<Status, String> rejected() {
		return new Operation<>("rejected", Status.class, (payload, run) -> {
			throw new OperationFailedException("INSUFFICIENT_FUNDS", "There is \"nothing\" left");
		});
	}

	@Bean
	IdempotentOperationHandler<Status, String> status() {
		return new Operation<>("status", Status.class, (payload, run) -> {
			throw new ResponseStatusException(HttpStatusCode.valueOf(payload.status()), "run " + run);
		});
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> flaky() {
		return new Operation<>("flaky", JsonNode.class, (payload, run) -> {
			if (run == 1) {
				throw new IllegalStateException("jdbc:secret");
			}
			return "run " + run;
		});
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> timeout() {
		return new Operation<>("timeout", JsonNode.class, (payload, run) -> {
			throw new IllegalStateException("No answer", new SocketTimeoutException("Read timed out"));
		});
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> conflictAfterTimeout() {
		return new Operation<>("conflict-after-timeout", JsonNode.class, (payload, run) -> {
			throw new ResponseStatusException(HttpStatus.CONFLICT, "gone", new SocketTimeoutException());
		});
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> uncertain() {
		return new Operation<>("uncertain", JsonNode.class, (payload, run) -> {
			new CommitFailureListener().afterRollback(new SimpleTransactionStatus(), new IllegalStateException());
			throw new IllegalStateException("The transaction manager says no more");
		});
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> conflictAfterUncertain() {
		return new Operation<>("conflict-after-uncertain", JsonNode.class, (payload, run) -> {
			new CommitFailureListener().afterCommit(new SimpleTransactionStatus(), new IllegalStateException());
			throw new ResponseStatusException(HttpStatus.CONFLICT, "gone");
		});
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> interrupted() {
		return new Operation<>("interrupted", JsonNode.class, (payload, run) -> {
			throw new InterruptedException();
		});
	}

	@Bean
	IdempotentOperationHandler<JsonNode, Object> unwritable() {
		return new Operation<>("unwritable", JsonNode.class, (payload, run) -> new Unwritable());
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> large() {
		return new Operation<>("large", JsonNode.class, (payload, run) -> "x".repeat(2 * 1024 * 1024));
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> nothing() {
		return new Operation<>("nothing", JsonNode.class, (payload, run) -> null);
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> innerBusy() {
		return new Operation<>("inner-busy", JsonNode.class, (payload, run) -> {
			if (run == 1) {
				throw new OperationInProgressException("inner", "inner-key-of-somebody", "Busy.",
						Duration.ofSeconds(3));
			}
			return "run " + run;
		});
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> innerKeyless(IdempotencyTemplate template) {
		return new Operation<>("inner-keyless", JsonNode.class, (payload,
				run) -> template.operation("inner.keyless").key(null).returning(String.class).execute(() -> "done"));
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> innerReused(IdempotencyTemplate template) {
		return new Operation<>("inner-reused", JsonNode.class,
				(payload, run) -> template.operation("inner.reused")
					.key("one")
					.payload(run)
					.returning(String.class)
					.execute(() -> "done"));
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> innerReplayed(IdempotencyTemplate template) {
		return new Operation<>("inner-replayed", JsonNode.class, (payload,
				run) -> template.operation("inner.replayed").key("one").returning(String.class).execute(() -> "done"));
	}

	@Bean
	IdempotentOperationHandler<JsonNode, String> context() {
		return new Operation<>("context", JsonNode.class, (payload, run) -> {
			IdempotencyContext context = IdempotencyContext.current().orElseThrow();
			this.seen = Map.of("operation", context.operation(), "key", context.key(), "attempt", context.attempt(),
					"thread", Thread.currentThread().getName());
			return context.keyFor("stripe");
		});
	}

	record Status(int status) {
	}

	record Order(@NotBlank String item, @Min(1) int amount, @Valid Address address) {
	}

	record Address(@NotBlank String city) {
	}

	record Receipt(int run, String item, int amount, String remark) {
	}

	static class Unwritable {

		public String getText() {
			throw new IllegalStateException("no text");
		}

	}

	private final class Operation<P, R> implements IdempotentOperationHandler<P, R> {

		private final String name;

		private final Class<P> type;

		private final Body<P, R> body;

		private Operation(String name, Class<P> type, Body<P, R> body) {
			this.name = name;
			this.type = type;
			this.body = body;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public Class<P> payloadType() {
			return this.type;
		}

		@Override
		public R handle(P payload) throws Exception {
			int run = ExecuteApiOperations.this.runs.computeIfAbsent(this.name, (key) -> new AtomicInteger())
				.incrementAndGet();
			return this.body.run(payload, run);
		}

	}

	private interface Body<P, R> {

		R run(P payload, int run) throws Exception;

	}

}
