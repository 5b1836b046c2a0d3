package io.idempotent.engine;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.IdempotencyEvent;
import io.idempotent.IdempotencyException;
import io.idempotent.IdempotencyListener;
import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySettlement;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotentResult;
import io.idempotent.ResultCodec;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Acquisition.Result;
import io.idempotent.store.IdempotencyStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

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
public final class IdempotencyEngine implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(IdempotencyEngine.class);

	private final ScheduledThreadPoolExecutor scheduler;

	private final ScheduledThreadPoolExecutor renewals;

	private final CallReader reader;

	private final LocalCache cache;

	private final InFlightTable table;

	private final Followers followers;

	private final Acquisition acquisition;

	private final Attempt attempt;

	private final Finisher finisher;

	private final Replay replay;

	private final Events events;

	private final IdempotencySettlement settlement;

	private final Ticker ticker;

	/**
	 * Creates the engine.
	 * @param settings the limits
	 * @param operations what a settlement finds its operation in
	 * @param store the authority
	 * @param resultCodec encodes results
	 * @param failureCodec encodes recorded failures
	 * @param resolvers are asked about abandoned attempts, the first that supports the
	 * operation
	 * @param listeners are told how each call ended
	 * @param maintenanceListeners are told what was renewed
	 * @param ticker a monotonic clock in nanoseconds, never compared with the store's
	 */
	public IdempotencyEngine(EngineSettings settings, Operations operations, IdempotencyStore store,
			ResultCodec resultCodec, FailureCodec failureCodec, List<AbandonedExecutionResolver> resolvers,
			List<IdempotencyListener> listeners, List<MaintenanceListener> maintenanceListeners, Ticker ticker) {
		Authority authority = new Authority(store);
		Duration maxLease = settings.maxLease();
		this.scheduler = scheduler(2);
		this.renewals = scheduler(1);
		this.reader = new CallReader(settings.maxKeyLength());
		this.cache = new LocalCache(settings.localCache(), ticker);
		this.table = new InFlightTable();
		this.followers = new Followers(ticker);
		Outcomes outcomes = new Outcomes(resultCodec, failureCodec, settings.maxResultSize());
		this.replay = new Replay(outcomes);
		Leases leases = new Leases(authority, maxLease, maintenanceListeners, this.renewals, ticker);
		this.finisher = new Finisher(authority, this.cache, this.table, leases, this.scheduler, maxLease, ticker);
		this.attempt = new Attempt(leases, this.finisher, outcomes);
		this.acquisition = new Acquisition(authority, this.cache, this.table,
				new AbandonedAttempts(authority, leases, outcomes, resolvers, ticker), outcomes, this.finisher, ticker);
		this.settlement = new DefaultIdempotencySettlement(store, operations, outcomes, this.cache, this.table);
		this.events = new Events(listeners);
		this.ticker = ticker;
	}

	/**
	 * Renewals have a thread of their own: steps that wait for a store that is away do
	 * not keep them waiting.
	 */
	private static ScheduledThreadPoolExecutor scheduler(int size) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory("idempotent-");
		threads.setDaemon(true);
		ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(size, threads);
		scheduler.setRemoveOnCancelPolicy(true);
		return scheduler;
	}

	/**
	 * Runs the method, or answers from the record.
	 * @param <T> the type of the result
	 * @param <X> the type of what the method may throw
	 * @param operation the operation
	 * @param inputs computes scope, key and fingerprint
	 * @param method the method
	 * @return its result, or the recorded one
	 * @throws X what the method throws, or the recorded failure
	 * @throws IdempotencyException if it neither ran nor could be answered
	 */
	public <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> execute(Operation operation,
			CallInputs inputs, ThrowingCallback<T, X> method) throws X {
		long startedAt = this.ticker.read();
		Call call = read(operation, inputs, startedAt);
		@Nullable Throwable failure = null;
		try {
			return answer(call, method);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			this.events.ended(call, this.ticker.read() - startedAt, failure);
		}
	}

	private Call read(Operation operation, CallInputs inputs, long startedAt) {
		try {
			return this.reader.read(operation, inputs, startedAt);
		}
		catch (RuntimeException ex) {
			IdempotencyOutcome outcome = (ex instanceof IdempotencyException refusal) ? refusal.outcome()
					: IdempotencyOutcome.FAILED;
			this.events.publish(new IdempotencyEvent(operation.name(), "", null, outcome, IdempotencySource.NONE, 0,
					Duration.ofNanos(this.ticker.read() - startedAt), ex));
			throw ex;
		}
	}

	private <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> answer(Call call,
			ThrowingCallback<T, X> method) throws X {
		while (true) {
			Replayable outcome = this.cache.get(call.key());
			if (outcome != null) {
				return this.replay.answer(call, outcome, IdempotencySource.LOCAL);
			}
			InFlight mine = new InFlight(call.key());
			InFlight other = this.table.enter(mine);
			if (other == null) {
				return lead(call, mine, method);
			}
			outcome = this.followers.follow(call, other);
			if (outcome != null) {
				return this.replay.answer(call, outcome, IdempotencySource.IN_FLIGHT);
			}
		}
	}

	private <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> lead(Call call, InFlight mine,
			ThrowingCallback<T, X> method) throws X {
		Execution execution = null;
		IdempotencySource source = IdempotencySource.LOCAL;
		// again: it may have been filled since, before the former entry went
		Replayable outcome = this.cache.get(call.key());
		try {
			if (outcome == null) {
				source = IdempotencySource.STORE;
				Result result = this.acquisition.acquire(call, mine);
				if (result instanceof Result.Owned owned) {
					execution = owned.execution();
				}
				else if (result instanceof Result.Known known) {
					outcome = known.outcome();
				}
			}
		}
		finally {
			if (execution == null) {
				this.table.leave(mine, outcome);
			}
		}
		if (execution != null) {
			return this.attempt.run(execution, method);
		}
		return this.replay.answer(call, Objects.requireNonNull(outcome), source);
	}

	/**
	 * The engine as operators see it.
	 * @return the settlement
	 */
	public IdempotencySettlement settlement() {
		return this.settlement;
	}

	/**
	 * Tries once more to record what is pending, and stops renewing leases.
	 */
	@Override
	public void close() {
		this.renewals.shutdownNow();
		this.scheduler.shutdownNow();
		try {
			if (!this.scheduler.awaitTermination(1, TimeUnit.SECONDS)) {
				logger.debug("A background step is still waiting for the store");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.finisher.close();
	}

}
