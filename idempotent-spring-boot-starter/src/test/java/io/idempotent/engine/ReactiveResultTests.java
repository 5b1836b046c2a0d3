package io.idempotent.engine;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.idempotent.IdempotencyContext;
import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.InProgressPolicy;
import io.idempotent.MissingIdempotencyKeyException;
import io.idempotent.OperationInProgressException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * What a subscriber to the {@code Mono} or {@code Flux} of a method sees.
 */
@ParameterizedClass(name = "local cache {0}")
@ValueSource(booleans = { true, false })
@Timeout(60)
class ReactiveResultTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final IdempotencyStore store = new MemoryIdempotencyStore();

	private final Queue<String> threadsInTheStore = new ConcurrentLinkedQueue<>();

	private final TestEngine node = new TestEngine(recordingThreads());

	private final TestEngine other = new TestEngine(this.store);

	private final AtomicInteger runs = new AtomicInteger();

	private final boolean localCache;

	ReactiveResultTests(boolean localCache) {
		this.localCache = localCache;
	}

	private IdempotencyStore recordingThreads() {
		return (IdempotencyStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { IdempotencyStore.class }, (proxy, method, arguments) -> {
					this.threadsInTheStore.add(Thread.currentThread().getName());
					return ReflectionUtils.invokeMethod(method, this.store, arguments);
				});
	}

	@BeforeEach
	void configure() {
		for (TestEngine engine : List.of(this.node, this.other)) {
			engine.localCache = this.localCache;
			engine.recordFailures = Set.of(IllegalArgumentException.class);
		}
	}

	@AfterEach
	void close() {
		this.node.close();
		this.other.close();
	}

	@SuppressWarnings("unchecked")
	private static Mono<String> mono(TestEngine engine, Object key, Supplier<Mono<String>> method) {
		return (Mono<String>) engine.defer("mono", ResolvableType.forClassWithGenerics(Mono.class, String.class), key,
				null, method::get);
	}

	@SuppressWarnings("unchecked")
	private static Flux<String> flux(TestEngine engine, Object key, Supplier<Flux<String>> method) {
		return (Flux<String>) engine.defer("flux", ResolvableType.forClassWithGenerics(Flux.class, String.class), key,
				null, method::get);
	}

	private Mono<String> run() {
		return Mono.fromSupplier(() -> "run " + this.runs.incrementAndGet());
	}

	@Test
	void nothingHappensBeforeTheSubscriptionAndEachLaterOneReplays() {
		Mono<String> guarded = mono(this.node, "k", this::run);
		assertThat(this.threadsInTheStore).isEmpty();
		assertThat(guarded.block(PATIENCE)).isEqualTo("run 1");
		assertThat(guarded.block(PATIENCE)).isEqualTo("run 1");
		assertThat(mono(this.other, "k", this::run).block(PATIENCE)).isEqualTo("run 1");
		assertThat(this.node.events).extracting(IdempotencyEvent::outcome)
			.containsExactly(IdempotencyOutcome.EXECUTED, IdempotencyOutcome.REPLAYED);
	}

	@Test
	void aFluxReplaysItsElementsInTheirOrder() {
		Flux<String> guarded = flux(this.node, "k",
				() -> Flux.just("a", "b", "a").doOnComplete(this.runs::incrementAndGet));
		assertThat(guarded.collectList().block(PATIENCE)).containsExactly("a", "b", "a");
		assertThat(guarded.collectList().block(PATIENCE)).containsExactly("a", "b", "a");
		assertThat(flux(this.other, "k", Flux::empty).collectList().block(PATIENCE)).containsExactly("a", "b", "a");
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void emptyOnesReplayAsEmpty() {
		for (TestEngine engine : List.of(this.node, this.node, this.other)) {
			assertThat(mono(engine, "m", () -> this.runs.getAndIncrement() == 0 ? Mono.empty() : Mono.just("again"))
				.block(PATIENCE)).isNull();
			assertThat(
					flux(engine, "f", () -> Flux.<String>empty().mergeWith(this.runs.get() > 1 ? run() : Mono.empty()))
						.collectList()
						.block(PATIENCE))
				.isEmpty();
		}
		assertThat(this.runs).hasValue(1);
	}

	@Test
	void aFluxIsNotFinishedBeforeItsLastElementAndReleasedIfItFails() {
		Sinks.Many<String> work = Sinks.many().unicast().onBackpressureBuffer();
		AtomicInteger failures = new AtomicInteger();
		flux(this.node, "k", work::asFlux).subscribe((value) -> {
		}, (failure) -> failures.incrementAndGet());
		await().until(() -> work.currentSubscriberCount() == 1);
		work.tryEmitNext("a").orThrow();
		assertThatExceptionOfType(OperationInProgressException.class)
			.isThrownBy(() -> flux(this.other, "k", Flux::empty).blockLast(PATIENCE));
		work.tryEmitError(new IllegalStateException()).orThrow();
		await().until(() -> failures.get() == 1);
		assertThat(flux(this.other, "k", () -> Flux.just("b")).collectList().block(PATIENCE)).containsExactly("b");
	}

	@Test
	void aSubscriberThatCancelsNeitherReleasesNorStopsTheMethod() {
		Sinks.One<String> work = Sinks.one();
		AtomicInteger cancelled = new AtomicInteger();
		Disposable subscription = mono(this.node, "k", () -> work.asMono().doOnCancel(cancelled::incrementAndGet))
			.subscribe();
		await().until(() -> work.currentSubscriberCount() == 1);
		subscription.dispose();
		assertThatExceptionOfType(OperationInProgressException.class)
			.isThrownBy(() -> mono(this.other, "k", this::run).block(PATIENCE));
		work.tryEmitValue("done").orThrow();
		this.other.onInProgress = InProgressPolicy.WAIT;
		await().untilAsserted(() -> assertThat(this.node.events).hasSize(1));
		assertThat(mono(this.other, "k", this::run).block(PATIENCE)).isEqualTo("done");
		assertThat(cancelled).hasValue(0);
	}

	@Test
	void aSubscriberThatCancelsAtOnceDoesNotInterruptTheMethod() {
		AtomicInteger interrupted = new AtomicInteger();
		CountDownLatch entered = new CountDownLatch(1);
		CountDownLatch leave = new CountDownLatch(1);
		Disposable subscription = mono(this.node, "k", () -> {
			entered.countDown();
			try {
				leave.await();
			}
			catch (InterruptedException ex) {
				interrupted.incrementAndGet();
			}
			return Mono.just("done");
		}).subscribe();
		await().until(() -> entered.getCount() == 0);
		subscription.dispose();
		leave.countDown();
		await().untilAsserted(() -> assertThat(this.node.events).hasSize(1));
		assertThat(interrupted).hasValue(0);
		assertThat(mono(this.other, "k", this::run).block(PATIENCE)).isEqualTo("done");
	}

	@Test
	void theStoreIsNeverAskedOnAThreadThatMustNotBlock() {
		Mono<String> guarded = mono(this.node, "k",
				() -> run().delayElement(Duration.ofMillis(10), Schedulers.parallel()));
		assertThat(guarded.subscribeOn(Schedulers.parallel()).block(PATIENCE)).isEqualTo("run 1");
		assertThat(guarded.subscribeOn(Schedulers.parallel()).block(PATIENCE)).isEqualTo("run 1");
		assertThat(this.threadsInTheStore).hasSize(this.localCache ? 2 : 3)
			.allMatch((thread) -> !thread.startsWith("parallel"));
	}

	@Test
	void theMethodSeesTheContextOfItsSubscriberAndItsOwn() {
		Mono<String> guarded = mono(this.node, "k", () -> Mono.deferContextual(
				(view) -> Mono.just(view.get("user") + " " + view.get(IdempotencyContext.class).keyFor("x").length()
						+ " " + IdempotencyContext.current().isPresent())));
		assertThat(guarded.contextWrite((view) -> view.put("user", "kate")).block(PATIENCE)).isEqualTo("kate 36 true");
	}

	@Test
	void waitersOccupyNoThreadAndGetTheResult() {
		this.node.onInProgress = InProgressPolicy.WAIT;
		Sinks.One<String> work = Sinks.one();
		Queue<String> answers = new ConcurrentLinkedQueue<>();
		mono(this.node, "k", work::asMono).subscribe(answers::add);
		await().until(() -> work.currentSubscriberCount() == 1);
		for (int i = 0; i < 200; i++) {
			mono(this.node, "k", this::run).subscribe(answers::add);
		}
		work.tryEmitValue("done").orThrow();
		await().until(() -> answers.size() == 201);
		assertThat(answers).containsOnly("done");
	}

	@Test
	void aRetryOfTheSubscriberRunsAReleasedFailureAgainAndReplaysARecordedOne() {
		Mono<String> guarded = mono(this.node, "k", () -> Mono.defer(() -> (this.runs.incrementAndGet() < 3)
				? Mono.error(new IllegalStateException()) : Mono.just("run " + this.runs.get())));
		assertThat(guarded.retry(2).block(PATIENCE)).isEqualTo("run 3");
		Mono<String> declined = mono(this.node, "l", () -> Mono.defer(() -> {
			this.runs.incrementAndGet();
			return Mono.error(new IllegalArgumentException("declined"));
		}));
		assertThatIllegalArgumentException().isThrownBy(() -> declined.retry(5).block(PATIENCE))
			.withMessage("declined");
		assertThat(this.runs).hasValue(4);
	}

	@Test
	void refusalsAndWhatTheMethodThrowsComeThroughThePublisher() {
		assertThatExceptionOfType(MissingIdempotencyKeyException.class)
			.isThrownBy(() -> mono(this.node, "", this::run).block(PATIENCE));
		Mono<String> broken = mono(this.node, "k", () -> {
			throw new IllegalStateException("broken");
		});
		assertThatIllegalStateException().isThrownBy(() -> broken.block(PATIENCE)).withMessage("broken");
		assertThat(mono(this.other, "k", this::run).block(PATIENCE)).isEqualTo("run 1");
		assertThat(mono(this.node, "none", () -> null).block(PATIENCE)).isNull();
	}

	@Test
	void oneThatNeverEndsIsAbandonedAfterTheMaxLease() {
		this.node.lease = Duration.ofMillis(60);
		this.node.maxLease = Duration.ofMillis(200);
		Disposable subscription = mono(this.node, "k", Mono::never).subscribe();
		await().until(() -> {
			try {
				return mono(this.other, "k", this::run).block(PATIENCE) == null;
			}
			catch (OperationInProgressException ex) {
				return false;
			}
			catch (OutcomeUnknownException ex) {
				return true;
			}
		});
		assertThat(this.runs).hasValue(0);
		subscription.dispose();
	}

}
