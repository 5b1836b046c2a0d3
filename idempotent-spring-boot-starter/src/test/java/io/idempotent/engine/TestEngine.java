package io.idempotent.engine;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotentResult;
import io.idempotent.InProgressPolicy;
import io.idempotent.ResultCodec;
import io.idempotent.ThrowingCallback;
import io.idempotent.TransactionMode;
import io.idempotent.codec.result.JsonFailureCodec;
import io.idempotent.codec.result.JsonResultCodec;
import io.idempotent.codec.result.ReadBackResultCodec;
import io.idempotent.engine.claim.InFlightCalls;
import io.idempotent.engine.claim.MaintenanceListener;
import io.idempotent.engine.failure.UnknownFailures;
import io.idempotent.engine.operation.CallInputs;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.EngineSettings.LocalCacheSettings;
import io.idempotent.engine.operation.MethodTransaction;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.OperationSpec;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.outcome.FailureCodec;
import io.idempotent.engine.transaction.CallersTransactions;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.IdempotencyStore;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * One node: an engine on a store, with settings that a test changes before the first
 * call.
 */
public final class TestEngine implements AutoCloseable {

	final List<IdempotencyEvent> events = new CopyOnWriteArrayList<>();

	final List<IdempotencyListener> listeners = new ArrayList<>(List.of(this.events::add));

	final List<AbandonedExecutionResolver> resolvers = new ArrayList<>();

	final List<MaintenanceListener> maintenanceListeners = new ArrayList<>();

	public final IdempotencyStore store;

	FailureCodec failureCodec = new JsonFailureCodec();

	Ticker ticker = Ticker.systemTicker();

	boolean localCache = true;

	Duration ttl = Duration.ofHours(1);

	public Duration lease = Duration.ofSeconds(30);

	Duration maxLease = Duration.ofHours(1);

	Duration waitTimeout = Duration.ofSeconds(20);

	InProgressPolicy onInProgress = InProgressPolicy.REJECT;

	public AbandonedPolicy onAbandoned = AbandonedPolicy.HOLD;

	long maxResultSize = 1_000_000;

	Set<Class<? extends Throwable>> recordFailures = Set.of();

	TransactionMode transaction = TransactionMode.INDEPENDENT;

	@Nullable PlatformTransactionManager transactionManager;

	/** Those that a caller may have a transaction of. */
	List<PlatformTransactionManager> transactionManagers = List.of();

	private @Nullable IdempotencyEngine engine;

	private @Nullable Operations operations;

	public TestEngine(IdempotencyStore store) {
		this.store = store;
	}

	private synchronized IdempotencyEngine engine() {
		if (this.engine == null) {
			EngineSettings settings = new EngineSettings(this.ttl, this.lease, this.maxLease, this.onInProgress,
					this.waitTimeout, this.onAbandoned, this.transaction, UnknownFailures.DEFAULT, 255,
					this.maxResultSize, new LocalCacheSettings(this.localCache, 1_000_000, Duration.ofMinutes(10)));
			ResultCodec codec = new ReadBackResultCodec(new JsonResultCodec());
			JoinableTransactions transactions = new JoinableTransactions(this.store, this.transactionManager);
			this.operations = new Operations(settings, codec, () -> transactions);
			this.engine = new IdempotencyEngine(settings, this.operations, this.store, transactions,
					new CallersTransactions(() -> this.transactionManagers), codec, this.failureCodec, this.resolvers,
					this.listeners, this.maintenanceListeners, this.ticker);
		}
		return this.engine;
	}

	Operation operation(String name, Type type) {
		return operation(name, type, null);
	}

	Operation operation(String name, Type type, @Nullable MethodTransaction methodTransaction) {
		engine();
		return this.operations
			.define(new OperationSpec(name, type, null, null, InProgressPolicy.DEFAULT, null, AbandonedPolicy.DEFAULT,
					this.recordFailures, Set.of(), TransactionMode.DEFAULT, methodTransaction, "the payload"));
	}

	/** Calls operation {@code test} without a payload. */
	<T, X extends Throwable> T call(Class<T> type, Object key, ThrowingCallback<T, X> method) throws X {
		return call(type, key, null, method).value();
	}

	<X extends Throwable> String call(Object key, ThrowingCallback<String, X> method) throws X {
		return call(String.class, key, method);
	}

	<T, X extends Throwable> IdempotentResult<T> call(Class<T> type, @Nullable Object key, @Nullable String payload,
			ThrowingCallback<T, X> method) throws X {
		return engine().execute(operation("test", type), inputs(key, payload), method);
	}

	<T, X extends Throwable> IdempotentResult<T> call(Operation operation, Object key, ThrowingCallback<T, X> method)
			throws X {
		return engine().execute(operation, inputs(key, null), method);
	}

	/** Calls operation {@code test}, whose method returns a future. */
	@SuppressWarnings("unchecked")
	<T> CompletableFuture<T> future(Class<T> type, Object key, @Nullable String payload,
			ThrowingCallback<? extends CompletionStage<T>, ?> method) {
		return (CompletableFuture<T>) defer("test", ResolvableType.forClassWithGenerics(CompletableFuture.class, type),
				key, payload, method);
	}

	CompletableFuture<String> future(Object key, ThrowingCallback<? extends CompletionStage<String>, ?> method) {
		return future(String.class, key, null, method);
	}

	/** Calls a method that returns a future or a publisher. */
	Object defer(String operation, ResolvableType type, Object key, @Nullable String payload,
			ThrowingCallback<?, ?> method) {
		return engine().defer(operation(operation, type.getType()), () -> inputs(key, payload), method);
	}

	IdempotencySettlement settlement() {
		return engine().settlement();
	}

	public int inFlight() {
		return ((InFlightCalls) ReflectionTestUtils.getField(engine(), "calls")).size();
	}

	IdempotencyEvent lastEvent() {
		return this.events.get(this.events.size() - 1);
	}

	private static CallInputs inputs(@Nullable Object key, @Nullable String payload) {
		return new CallInputs() {

			@Override
			public String scope() {
				return "";
			}

			@Override
			public @Nullable Object key() {
				return key;
			}

			@Override
			public String keySource() {
				return "expression '#key'";
			}

			@Override
			public @Nullable Fingerprint fingerprint() {
				return (payload != null) ? fingerprintOf(payload) : null;
			}

		};
	}

	private static Fingerprint fingerprintOf(String payload) {
		try {
			return new Fingerprint(
					MessageDigest.getInstance("SHA-256").digest(payload.getBytes(StandardCharsets.UTF_8)));
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	void stop(Duration time, Runnable callback) {
		engine().stop(time, callback);
	}

	@Override
	public void close() {
		if (this.engine != null) {
			this.engine.close();
		}
	}

}
