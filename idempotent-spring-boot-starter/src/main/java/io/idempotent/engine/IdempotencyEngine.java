package io.idempotent.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotentResult;
import io.idempotent.ResultCodec;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.claim.AbandonedAttempts;
import io.idempotent.engine.claim.Admissions;
import io.idempotent.engine.claim.Attempt;
import io.idempotent.engine.claim.AttemptRecorder;
import io.idempotent.engine.claim.AttemptSupport;
import io.idempotent.engine.claim.Call;
import io.idempotent.engine.claim.CallReader;
import io.idempotent.engine.claim.EngineThreads;
import io.idempotent.engine.claim.Events;
import io.idempotent.engine.claim.GuardedStore;
import io.idempotent.engine.claim.InFlightCalls;
import io.idempotent.engine.claim.InFlightWaiter;
import io.idempotent.engine.claim.Leases;
import io.idempotent.engine.claim.LocalCache;
import io.idempotent.engine.claim.MaintenanceListener;
import io.idempotent.engine.claim.Replayer;
import io.idempotent.engine.operation.CallInputs;
import io.idempotent.engine.operation.EngineSettings;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.outcome.FailureCodec;
import io.idempotent.engine.outcome.Outcomes;
import io.idempotent.engine.transaction.CallersTransactions;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.store.IdempotencyStore;
import org.jspecify.annotations.Nullable;

/**
 * Runs a method at most once per record: the only place that decides whether to run, to
 * replay, to wait or to refuse. One call, step by step:
 * <ol>
 * <li>Scope, key and fingerprint are computed, once, before anything runs.</li>
 * <li>The local cache knows the outcome: replay.</li>
 * <li>Somebody in this JVM is busy with the record: wait for that, or refuse.</li>
 * <li>The authority is asked, by one caller of this JVM per record: acquired, finished,
 * in progress or abandoned.</li>
 * <li>Acquired: run the method, and end the attempt as completed, released or
 * abandoned.</li>
 * </ol>
 * On each path the fingerprint is compared before the state counts. Longer than its
 * neighbours because the parts are put together here as well.
 */
public final class IdempotencyEngine implements OperationExecutor, AutoCloseable {

	private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(1);

	private final EngineThreads threads = new EngineThreads();

	private final Events events;

	private final CallReader reader;

	private final BlockingCalls blocking;

	private final DeferredCalls deferred;

	private final InFlightCalls calls = new InFlightCalls();

	private final AttemptRecorder recorder;

	private final IdempotencySettlement settlement;

	private volatile Duration timeToClose = TIME_TO_CLOSE;

	/**
	 * Creates the engine.
	 * @param settings the limits
	 * @param operations what a settlement finds its operation in
	 * @param store the authority
	 * @param transactions those that records can be part of
	 * @param callersTransactions those that a method may be called in
	 * @param resultCodec encodes results
	 * @param failureCodec encodes recorded failures
	 * @param resolvers are asked about abandoned attempts, the first that supports the
	 * operation
	 * @param listeners are told how each call ended
	 * @param maintenanceListeners are told what was renewed
	 * @param ticker a monotonic clock in nanoseconds, never compared with the store's
	 */
	public IdempotencyEngine(EngineSettings settings, Operations operations, IdempotencyStore store,
			JoinableTransactions transactions, CallersTransactions callersTransactions, ResultCodec resultCodec,
			FailureCodec failureCodec, List<AbandonedExecutionResolver> resolvers, List<IdempotencyListener> listeners,
			List<MaintenanceListener> maintenanceListeners, Ticker ticker) {
		GuardedStore guarded = new GuardedStore(store, ticker);
		LocalCache cache = new LocalCache(settings.localCache(), ticker);
		Outcomes outcomes = new Outcomes(resultCodec, failureCodec, settings.maxResultSize());
		Leases leases = new Leases(guarded, settings.maxLease(), maintenanceListeners, this.threads.renewals(), ticker);
		this.recorder = new AttemptRecorder(guarded, cache, this.calls, leases, this.threads.scheduler(),
				settings.maxLease(), ticker);
		this.events = new Events(listeners);
		this.reader = new CallReader(settings.maxKeyLength(), this.events, ticker);
		AttemptSupport attempts = new AttemptSupport(leases, this.recorder, outcomes, this.calls, callersTransactions,
				this.events, this.threads);
		Admissions admissions = new Admissions(guarded, cache, this.calls,
				new AbandonedAttempts(guarded, leases, outcomes, resolvers, ticker), transactions, outcomes, attempts,
				ticker);
		InFlightWaiter waiter = new InFlightWaiter(ticker);
		Replayer replayer = new Replayer(outcomes);
		this.blocking = new BlockingCalls(admissions, waiter, replayer, new JoinedAttempts(admissions));
		this.deferred = new DeferredCalls(admissions, waiter, replayer, this.events, this.threads);
		this.settlement = new DefaultIdempotencySettlement(store, operations, outcomes, cache, this.calls);
	}

	@Override
	public <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> execute(Operation operation,
			CallInputs inputs, ThrowingCallback<T, X> method) throws X {
		Call call = this.reader.read(operation, inputs);
		@Nullable Throwable failure = null;
		try {
			return this.blocking.answer(call, method);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			this.events.ended(call, failure);
		}
	}

	@Override
	public Object defer(Operation operation, Supplier<CallInputs> inputs, ThrowingCallback<?, ?> method) {
		return AsyncResult.of(operation.shape())
			.guard(new DeferredMethod(operation, inputs, method, this.reader, this.deferred));
	}

	/**
	 * Admits a call whose method is not run by the engine, but by the one who ends the
	 * attempt, such as a request that is dispatched to its handler. Asks the store on the
	 * present thread; never waits for other calls.
	 * @param operation the operation
	 * @param inputs computes scope, key and fingerprint
	 * @return completed with the {@link Attempt} of a call that may run, which has to be
	 * ended, or with the recorded result as {@link IdempotentResult}; fails with the
	 * recorded failure, or the refusal. One that is cancelled before runs nothing
	 */
	public CompletableFuture<Object> admit(Operation operation, CallInputs inputs) {
		try {
			return this.deferred.admit(this.reader.read(operation, inputs));
		}
		catch (RuntimeException | Error ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/**
	 * The engine as operators see it.
	 * @return the settlement
	 */
	public IdempotencySettlement settlement() {
		return this.settlement;
	}

	/**
	 * Calls back once no call is being executed and nothing is left to be recorded, and
	 * at the latest when the time is nearly over: what remains of it is for
	 * {@link #close()}, so that both together take no longer.
	 * @param time how long the application has to stop
	 * @param callback called once, on another thread
	 */
	public void stop(Duration time, Runnable callback) {
		Duration last = time.dividedBy(4);
		this.timeToClose = (last.compareTo(TIME_TO_CLOSE) < 0) ? last : TIME_TO_CLOSE;
		this.threads.runOnce(() -> this.calls.size() == 0 && this.recorder.isIdle(), time.minus(this.timeToClose),
				callback);
	}

	/**
	 * Tries once more to record what is pending, all of it at the same time and for a
	 * second at most, and stops renewing leases.
	 */
	@Override
	public void close() {
		long until = System.nanoTime() + this.timeToClose.toNanos();
		this.threads.shutdown();
		this.recorder.close(until);
		this.threads.await(until);
	}

}
