package io.idempotent.engine;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyKeyReusedException;
import io.idempotent.IdempotencyTemplate;
import io.idempotent.IdempotencyTemplate.Call;
import io.idempotent.IdempotentInvocation;
import io.idempotent.IdempotentResult;
import io.idempotent.InProgressPolicy;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.TransactionMode;
import io.idempotent.codec.payload.CanonicalPayloadDigester;
import io.idempotent.codec.result.JsonFailureCodec;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.engine.failure.UnknownFailures;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.EngineSettings.LocalCacheSettings;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.transaction.CallersTransactions;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The template: each setting of the annotation, without a proxy.
 */
@Timeout(60)
class IdempotencyTemplateTests {

	private final FakeTicker ticker = new FakeTicker();

	private final List<IdempotentInvocation> invocations = new ArrayList<>();

	private final AtomicInteger runs = new AtomicInteger();

	private final IdempotencyEngine engine;

	private final IdempotencyTemplate template;

	IdempotencyTemplateTests() {
		EngineSettings settings = new EngineSettings(Duration.ofHours(1), Duration.ofSeconds(30), Duration.ofHours(1),
				InProgressPolicy.REJECT, Duration.ofSeconds(20), AbandonedPolicy.HOLD, TransactionMode.INDEPENDENT,
				new UnknownFailures(Set.of(InterruptedException.class), false), 255, 1_000_000,
				new LocalCacheSettings(true, 1_000_000, Duration.ofHours(2)));
		Operations operations = new Operations(settings, new JsonResultCodec(),
				() -> new JoinableTransactions(new MemoryIdempotencyStore(), null));
		this.engine = new IdempotencyEngine(settings, operations, new MemoryIdempotencyStore(this.ticker),
				new JoinableTransactions(new MemoryIdempotencyStore(), null), new CallersTransactions(List::of),
				new JsonResultCodec(), new JsonFailureCodec(), List.of(), List.of(), List.of(), this.ticker);
		this.template = new DefaultIdempotencyTemplate(this.engine, operations, new CanonicalPayloadDigester(),
				(invocation) -> {
					this.invocations.add(invocation);
					return "tenant-1";
				});
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	private Call call() {
		return this.template.operation("contract.submit").key("k");
	}

	private String run() {
		return "run " + this.runs.incrementAndGet();
	}

	private String execute(Call call) {
		return call.returning(String.class).execute(this::run);
	}

	@Test
	void aDuplicateIsAnsweredWithTheResultAndSaysSo() {
		IdempotentResult<String> first = call().returning(String.class).executeForResult(this::run);
		IdempotentResult<String> second = call().returning(String.class).executeForResult(this::run);
		assertThat(first.replayed()).isFalse();
		assertThat(second.replayed()).isTrue();
		assertThat(List.of(first.value(), second.value())).containsOnly("run 1");
		assertThat(List.of(first.attempt(), second.attempt())).containsOnly(1L);
		assertThat(second.completedAt()).isBeforeOrEqualTo(Instant.now()).isAfter(Instant.now().minusSeconds(60));
	}

	@Test
	void theAttemptOfAResultIsTheOneThatSucceeded() {
		assertThatIllegalStateException().isThrownBy(() -> call().returning(String.class).execute(() -> {
			throw new IllegalStateException();
		}));
		assertThat(call().returning(String.class).executeForResult(this::run).attempt()).isEqualTo(2);
		assertThat(call().returning(String.class).executeForResult(this::run).attempt()).isEqualTo(2);
	}

	@Test
	void resultsOfGenericTypesKeepTheirElements() {
		ParameterizedTypeReference<Map<String, List<Optional<BigDecimal>>>> type = new ParameterizedTypeReference<>() {
		};
		Map<String, List<Optional<BigDecimal>>> value = Map.of("a",
				List.of(Optional.of(new BigDecimal("1.10")), Optional.empty()));
		assertThat(call().returning(type).execute(() -> value)).isEqualTo(value);
		assertThat(call().returning(type).execute(() -> Map.of())).isEqualTo(value);
	}

	@Test
	void codeWithoutAResultRunsOnce() {
		for (int i = 0; i < 2; i++) {
			call().returning(Void.class).execute(() -> {
				run();
				return null;
			});
		}
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void whatTheCodeThrowsIsNotWrapped() {
		IOException failure = new IOException();
		assertThatThrownBy(() -> call().returning(String.class).execute(() -> {
			throw failure;
		})).isSameAs(failure);
	}

	@Test
	void theKeyMayBeCompositeAndIsRequired() {
		assertThat(execute(this.template.operation("o").key(List.of("a", "b:c")))).isEqualTo("run 1");
		assertThat(execute(this.template.operation("o").key(List.of("a:b", "c")))).isEqualTo("run 2");
		assertThat(execute(this.template.operation("o").key(List.of("a", "b:c")))).isEqualTo("run 1");
		assertThat(execute(this.template.operation("o").key(0))).isEqualTo("run 3");
		assertThatExceptionOfType(MissingIdempotencyKeyException.class)
			.isThrownBy(() -> execute(this.template.operation("o")))
			.withMessageContaining("key(...)");
		assertThatExceptionOfType(MissingIdempotencyKeyException.class)
			.isThrownBy(() -> execute(this.template.operation("o").key(" ")));
		assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
			.isThrownBy(() -> execute(this.template.operation("o").key("k".repeat(256))));
	}

	@Test
	void theScopeIsThatOfTheResolverUnlessItIsGiven() {
		execute(call());
		assertThat(this.invocations).singleElement()
			.extracting(IdempotentInvocation::operation)
			.isEqualTo("contract.submit");
		assertThat(execute(call().scope("tenant-1"))).isEqualTo("run 1");
		assertThat(execute(call().scope("tenant-2"))).isEqualTo("run 2");
		assertThat(this.invocations).hasSize(1);
	}

	@Test
	void thePayloadIsComparedIfThereIsOne() {
		execute(call().payload("a", 1, null));
		assertThat(execute(call().payload("a", 1L, null))).isEqualTo("run 1");
		assertThatExceptionOfType(IdempotencyKeyReusedException.class)
			.isThrownBy(() -> execute(call().payload("b", 1, null)))
			.withMessageContaining("the payload given to the template");
		assertThat(execute(call())).isEqualTo("run 1");
		assertThatExceptionOfType(InvalidIdempotencyKeyException.class)
			.isThrownBy(() -> execute(this.template.operation("o").key("k").payload("a", Thread.currentThread())))
			.withMessageContaining("payload 2");
	}

	@Test
	void theTtlCountsFromTheCompletion() {
		execute(call().ttl(Duration.ofMinutes(5)));
		this.ticker.advance(Duration.ofMinutes(6));
		assertThat(execute(call())).isEqualTo("run 2");
		this.ticker.advance(Duration.ofMinutes(6));
		assertThat(execute(call())).isEqualTo("run 2");
	}

	@Test
	void theLeaseAndWhatFollowsItAreThoseOfTheCall() {
		assertThatThrownBy(() -> call().returning(String.class).execute(() -> {
			throw new InterruptedException();
		})).isInstanceOf(InterruptedException.class);
		assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> execute(call()));
		assertThat(execute(call().onAbandoned(AbandonedPolicy.RETRY))).isEqualTo("run 1");
		assertThatIllegalArgumentException().isThrownBy(() -> execute(call().lease(Duration.ofHours(2))))
			.withMessageContaining("'lease' is PT2H");
		assertThatIllegalArgumentException().isThrownBy(() -> execute(call().ttl(Duration.ZERO)))
			.withMessageContaining("'ttl' is PT0S");
	}

	@Test
	void aDuplicateWaitsIfTheCallSaysSoAndNoLonger() throws Exception {
		assertThat(call().returning(String.class).execute(() -> {
			CompletableFuture<Throwable> rejected = CompletableFuture.supplyAsync(() -> execute(call()))
				.handle((value, failure) -> failure.getCause());
			assertThat(rejected.get(20, TimeUnit.SECONDS)).isInstanceOf(OperationInProgressException.class)
				.hasMessageContaining("onInProgress is REJECT");
			CompletableFuture<Throwable> timedOut = CompletableFuture
				.supplyAsync(
						() -> execute(call().onInProgress(InProgressPolicy.WAIT).waitTimeout(Duration.ofMillis(5))))
				.handle((value, failure) -> failure.getCause());
			assertThat(timedOut.get(20, TimeUnit.SECONDS)).isInstanceOf(OperationInProgressException.class)
				.hasMessageContaining("PT0.005S");
			return run();
		})).isEqualTo("run 1");
	}

	@Test
	void theFailuresThatAreFinalOrAmbiguousAreThoseOfTheCall() {
		Call recording = call().recordFailures(List.of(IllegalStateException.class));
		assertThatIllegalStateException().isThrownBy(() -> recording.returning(String.class).execute(() -> {
			throw new IllegalStateException("declined");
		}));
		assertThatIllegalStateException()
			.isThrownBy(() -> execute(call().recordFailures(List.of(IllegalStateException.class))))
			.withMessage("declined");
		Call other = this.template.operation("o").key("k").unknownFailures(List.of(IOException.class));
		assertThatThrownBy(() -> other.returning(String.class).execute(() -> {
			throw new IOException();
		})).isInstanceOf(IOException.class);
		assertThatExceptionOfType(OutcomeUnknownException.class)
			.isThrownBy(() -> execute(this.template.operation("o").key("k")));
	}

	@Test
	void aWrongSettingIsRefusedBeforeAnythingRuns() {
		assertThatIllegalArgumentException().isThrownBy(() -> execute(this.template.operation(" ").key("k")));
		assertThatIllegalArgumentException().isThrownBy(() -> call().returning(Object.class).execute(this::run))
			.withMessageContaining("does not say which class");
		assertThatIllegalArgumentException().isThrownBy(() -> execute(call().transaction(TransactionMode.JOIN)))
			.withMessageContaining("JOIN");
		execute(call());
		assertThatIllegalArgumentException().isThrownBy(() -> call().returning(Integer.class).execute(() -> 1))
			.withMessageContaining("two result types");
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void futuresFinishWhenTheyFinish() {
		ParameterizedTypeReference<CompletableFuture<String>> type = new ParameterizedTypeReference<>() {
		};
		CompletableFuture<String> work = new CompletableFuture<>();
		CompletableFuture<String> first = call().returning(type).execute(() -> work);
		assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> execute(call()));
		work.complete(run());
		assertThat(first.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("run 1");
		assertThat(call().returning(type).execute(CompletableFuture::new).join()).isEqualTo("run 1");
		assertThat(execute(call())).isEqualTo("run 1");
	}

	@Test
	void whetherAFutureIsReplayedIsNotKnownWhenItIsReturned() {
		assertThatIllegalStateException()
			.isThrownBy(() -> call().returning(new ParameterizedTypeReference<CompletableFuture<String>>() {
			}).executeForResult(CompletableFuture::new))
			.withMessageContaining("use execute(...)");
	}

	@Test
	void callsMayBeNested() {
		String inner = call().returning(String.class).execute(() -> {
			String key = IdempotencyContext.current().orElseThrow().keyFor("inner");
			String result = this.template.operation("inner").key(key).returning(String.class).execute(this::run);
			assertThat(IdempotencyContext.current()).map(IdempotencyContext::operation).contains("contract.submit");
			return result;
		});
		assertThat(inner).isEqualTo("run 1");
		assertThatExceptionOfType(OperationInProgressException.class).isThrownBy(() -> this.template.operation("outer")
			.key("k")
			.returning(String.class)
			.execute(() -> execute(this.template.operation("outer").key("k").onInProgress(InProgressPolicy.WAIT))));
	}

}
