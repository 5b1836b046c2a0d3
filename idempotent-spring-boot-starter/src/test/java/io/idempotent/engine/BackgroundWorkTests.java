package io.idempotent.engine;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.engine.claim.MaintenanceListener;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.memory.MemoryIdempotencyStore;
import org.apache.commons.lang3.StringUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * What the background work does goes on, whatever is thrown in it, and says so once.
 */
@ParameterizedClass
@EnumSource
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class BackgroundWorkTests {

	@SuppressWarnings("ImmutableEnumChecker") // the suppliers keep nothing
	enum Thrown {

		ERROR(() -> new NoClassDefFoundError("driver")), STACK_OVERFLOW(StackOverflowError::new),
		CHECKED(() -> new IOException("sneaky")), RUNTIME(() -> new IllegalStateException("plain")),

		/** Cannot even be printed. */
		HOSTILE(() -> new RuntimeException() {

			@Override
			public String getMessage() {
				throw new StackOverflowError();
			}

		});

		private final Supplier<Throwable> failure;

		Thrown(Supplier<Throwable> failure) {
			this.failure = failure;
		}

	}

	private final Thrown thrown;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final IdempotencyStore memory = new MemoryIdempotencyStore(Ticker.systemTicker());

	private final AtomicInteger calls = new AtomicInteger();

	BackgroundWorkTests(Thrown thrown) {
		this.thrown = thrown;
	}

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@SuppressWarnings("unchecked")
	private <X extends Throwable> void sneak() throws X {
		throw (X) this.thrown.failure.get();
	}

	/** A store whose verb throws the first times. */
	private IdempotencyStore failing(String verb, int times) {
		return (IdempotencyStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { IdempotencyStore.class }, (proxy, method, arguments) -> {
					if (method.getName().equals(verb) && this.calls.incrementAndGet() <= times) {
						// through an interface that declares nothing
						((Runnable) this::sneak).run();
					}
					try {
						return method.invoke(this.memory, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	private MaintenanceListener told(Runnable purged, Runnable counted, Runnable renewed) {
		return new MaintenanceListener() {

			@Override
			public void onPurged(int count) {
				purged.run();
			}

			@Override
			public void onAbandonedCounted(long count) {
				counted.run();
			}

			@Override
			public void onRenewed(int count) {
				renewed.run();
			}

		};
	}

	private static void nothing() {
	}

	@Test
	void thePurgeGoesOnAndSaysOnceThatItFailed(CapturedOutput output) throws Exception {
		CountDownLatch purged = new CountDownLatch(3);
		try (PurgeWorker worker = new PurgeWorker(failing("purge", 4), Duration.ofMillis(1), 10,
				List.of(told(purged::countDown, BackgroundWorkTests::nothing, BackgroundWorkTests::nothing)),
				Ticker.systemTicker())) {
			worker.start();
			assertThat(purged.await(20, TimeUnit.SECONDS)).isTrue();
		}
		assertThat(StringUtils.countMatches(output.getAll(), "WARN")).isEqualTo(1);
		assertThat(output).contains("Expired records cannot be purged", "Works again. This is over: Expired records");
	}

	@Test
	void countingThatFailsStopsNoPurge() throws Exception {
		CountDownLatch counted = new CountDownLatch(1);
		try (PurgeWorker worker = new PurgeWorker(failing("countAbandoned", 2), Duration.ofMillis(1), 10,
				List.of(told(this::sneak, counted::countDown, BackgroundWorkTests::nothing)), Ticker.systemTicker())) {
			worker.start();
			assertThat(counted.await(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void aListenerThatFailsKeepsNoOtherFromBeingTold() throws Exception {
		CountDownLatch told = new CountDownLatch(2);
		try (PurgeWorker worker = new PurgeWorker(this.memory, Duration.ofMillis(1), 10,
				List.of(told(this::sneak, this::sneak, this::sneak),
						told(told::countDown, told::countDown, BackgroundWorkTests::nothing)),
				Ticker.systemTicker())) {
			worker.start();
			assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void renewingGoesOnAndSaysOnceThatItFailed(CapturedOutput output) throws Exception {
		CountDownLatch renewed = new CountDownLatch(2);
		TestEngine node = new TestEngine(failing("renew", 2));
		node.lease = Duration.ofMillis(600);
		node.maintenanceListeners.add(told(BackgroundWorkTests::nothing, BackgroundWorkTests::nothing, this::sneak));
		node.maintenanceListeners
			.add(told(BackgroundWorkTests::nothing, BackgroundWorkTests::nothing, renewed::countDown));
		Blocker<String> method = new Blocker<>();
		Future<String> first = this.threads.submit(() -> node.call("k", method));
		try (node) {
			method.awaitEntered();
			assertThat(renewed.await(20, TimeUnit.SECONDS)).isTrue();
			method.returns("x");
			assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("x");
		}
		assertThat(StringUtils.countMatches(output.getAll(), "Leases cannot be renewed; tried")).isEqualTo(2);
		assertThat(output).contains("A MaintenanceListener fails");
	}

	@Test
	void anOutcomeIsRecordedHoweverOftenThatFailsBefore(CapturedOutput output) {
		try (TestEngine node = new TestEngine(failing("complete", 3))) {
			node.call("k", () -> "first");
			await().untilAsserted(() -> assertThat(node.inFlight()).isZero());
			CountDownLatch idle = new CountDownLatch(1);
			node.stop(Duration.ofSeconds(40), idle::countDown);
			await().until(() -> idle.getCount() == 0);
		}
		try (TestEngine other = new TestEngine(this.memory)) {
			assertThat(other.call("k", () -> "second")).isEqualTo("first");
		}
		assertThat(StringUtils.countMatches(output.getAll(), "WARN")).isEqualTo(2);
		assertThat(output).contains("The store of idempotency records cannot be used",
				"Works again. This is over: The store");
	}

	@Test
	void aLastTryThatFailsKeepsNoOtherFromBeingRecorded() {
		IdempotencyStore broken = failing("complete", Integer.MAX_VALUE);
		AtomicInteger closing = new AtomicInteger();
		TestEngine node = new TestEngine((IdempotencyStore) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { IdempotencyStore.class }, (proxy, method, arguments) -> {
					boolean works = method.getName().equals("complete") && closing.get() > 0
							&& arguments[0].toString().contains("good");
					return method.invoke(works ? this.memory : broken, arguments);
				}));
		for (String name : List.of("bad1", "good", "bad2")) {
			node.call(node.operation(name, String.class), "k", () -> "first");
		}
		closing.set(1);
		node.close();
		try (TestEngine other = new TestEngine(this.memory)) {
			assertThat(other.call(other.operation("good", String.class), "k", () -> "second").value())
				.isEqualTo("first");
		}
	}

	@Test
	void aResolverThatFailsDoesNotKnow() {
		try (TestEngine node = new TestEngine(this.memory)) {
			node.resolvers.add(new TestResolver((attempt) -> {
				sneak();
				return null;
			}));
			assertThatThrownBy(() -> node.call("k", () -> {
				throw new TimeoutException();
			})).isInstanceOf(TimeoutException.class);
			assertThatExceptionOfType(OutcomeUnknownException.class).isThrownBy(() -> node.call("k", () -> "never"));
		}
	}

	@Test
	void aClaimThatFailsIsAStoreException() {
		try (TestEngine node = new TestEngine(failing("claim", 2))) {
			assertThatExceptionOfType(IdempotencyStoreException.class).isThrownBy(() -> node.call("k", () -> "never"));
			await().ignoreExceptions().until(() -> node.call("k", () -> "first").equals("first"));
		}
	}

}
