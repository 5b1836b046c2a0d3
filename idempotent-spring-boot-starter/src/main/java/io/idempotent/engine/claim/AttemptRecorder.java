package io.idempotent.engine.claim;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.engine.claim.LocalCache.Asked;
import io.idempotent.engine.outcome.AttemptResult;
import io.idempotent.engine.outcome.Outcomes;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.store.ClaimResult.Finished;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts at the authority, then in this JVM, in this order: the authority
 * confirms, the local cache is filled, the in-flight entry goes. A step that the store
 * could not take is made up for in the background, under a lease that is renewed until
 * {@code max-lease}.
 */
public final class AttemptRecorder {

	private static final Logger logger = LoggerFactory.getLogger(AttemptRecorder.class);

	private static final long FIRST_PAUSE = 100;

	private static final long LONGEST_PAUSE = 5_000;

	private static final int MAX_TRIES = 16;

	private final Set<Pending> pending = ConcurrentHashMap.newKeySet();

	private final GuardedStore store;

	private final LocalCache cache;

	private final InFlightCalls calls;

	private final Leases leases;

	private final ScheduledExecutorService scheduler;

	private final Duration maxLease;

	private final Ticker ticker;

	private volatile boolean closed;

	public AttemptRecorder(GuardedStore store, LocalCache cache, InFlightCalls calls, Leases leases,
			ScheduledExecutorService scheduler, Duration maxLease, Ticker ticker) {
		this.store = store;
		this.cache = cache;
		this.calls = calls;
		this.leases = leases;
		this.scheduler = scheduler;
		this.maxLease = maxLease;
		this.ticker = ticker;
	}

	/**
	 * Ends the attempt, now or in the background.
	 * @return lost if somebody else has decided it; confirmed also if it is left to the
	 * background
	 */
	public OwnershipResult end(Attempt attempt, AttemptResult result) {
		attempt.lease().ending();
		Asked asked = this.cache.asking();
		// a connection pool would refuse an interrupted thread
		boolean interrupted = Thread.interrupted();
		try {
			return record(attempt, result, asked);
		}
		catch (Throwable trouble) {
			// whatever it is: the caller gets what the method said; the outage is in the
			// log
			attempt.entry().letGo();
			if (schedule(new Pending(attempt, result, asked), FIRST_PAUSE)) {
				logger.warn("{} has ended, but the store could not record {}; trying again in the background",
						attempt.ownership().key(), result,
						(trouble instanceof IdempotencyStoreException) ? null : trouble);
			}
			return OwnershipResult.CONFIRMED;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * Ends what a claim without a reply may have acquired, in the background.
	 */
	void endLater(Attempt attempt, AttemptResult result) {
		boolean unused = schedule(new Pending(attempt, result, this.cache.asking()), FIRST_PAUSE);
	}

	/**
	 * Leaves the attempt to its lease.
	 */
	void giveUp(Attempt attempt, Throwable reason) {
		this.leases.drop(attempt.lease());
		attempt.leave(null);
		if (attempt.isCertain()) {
			logger.error(
					"{} has ended, but that could not be recorded: once its lease has ended, attempt {} is abandoned",
					attempt.ownership().key(), attempt.number(), reason);
		}
		else {
			logger.debug("The claim of {} had no reply: if it took effect, it is abandoned once its lease has ended",
					attempt.ownership().key(), reason);
		}
	}

	/**
	 * Ends it.
	 * @param asked before the first try: that one may have taken effect
	 */
	private OwnershipResult record(Attempt attempt, AttemptResult result, Asked asked) {
		StoredOutcome outcome = result.outcome();
		Duration ttl = attempt.operation().ttl();
		OwnershipResult answer;
		if (outcome != null) {
			answer = this.store.complete(attempt.ownership(), outcome, ttl);
		}
		else if (result.kind() == AttemptResult.Kind.RELEASED) {
			answer = this.store.release(attempt.ownership());
		}
		else {
			answer = this.store.abandon(attempt.ownership());
		}
		if (answer == OwnershipResult.LOST && attempt.isCertain()) {
			logger.warn("{} has ended, but attempt {} had lost the ownership: {} was not recorded",
					attempt.ownership().key(), attempt.number(), result);
		}
		this.leases.drop(attempt.lease());
		if (answer == OwnershipResult.CONFIRMED && result.kind() == AttemptResult.Kind.UNKNOWN && attempt.isCertain()) {
			this.calls.abandoned(attempt.entry(), attempt.context());
		}
		Replayable replayable = null;
		if (answer == OwnershipResult.CONFIRMED && outcome != null) {
			replayable = replayable(attempt, outcome, result.value());
			this.cache.put(attempt.ownership().key(), replayable, asked, replayable.record().remaining());
		}
		attempt.leave(replayable);
		return answer;
	}

	/**
	 * The store may keep the outcome a hundredth shorter than asked.
	 */
	private static Replayable replayable(Attempt attempt, StoredOutcome outcome, @Nullable Object value) {
		Duration ttl = attempt.operation().ttl();
		boolean shared = attempt.operation().shareable() && Outcomes.isResult(outcome);
		return new Replayable(new Finished(outcome, attempt.call().fingerprint(), attempt.number(), Instant.now(),
				ttl.minus(ttl.dividedBy(100))), shared ? value : null, shared);
	}

	/**
	 * Never throws: a step that no thread can be found for is given up, so that nobody
	 * waits for it.
	 * @return whether it is still to be tried
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // a retry reports by itself
	private boolean schedule(Pending step, long pause) {
		this.pending.add(step);
		try {
			this.scheduler.schedule(() -> retry(step, pause), pause, TimeUnit.MILLISECONDS);
			return true;
		}
		catch (RejectedExecutionException ex) {
			if (!this.closed) {
				return true;
			}
			giveUp(step, ex);
		}
		catch (Throwable ex) {
			giveUp(step, ex);
		}
		return false;
	}

	private void retry(Pending step, long pause) {
		try {
			record(step.attempt(), step.result(), step.asked());
			this.pending.remove(step);
		}
		catch (Throwable ex) {
			if (step.attempt().lease().isOlderThan(this.maxLease, this.ticker.read())) {
				giveUp(step, ex);
			}
			else {
				schedule(step, Math.min(2 * pause, LONGEST_PAUSE));
			}
		}
	}

	private void giveUp(Pending step, Throwable reason) {
		if (this.pending.remove(step)) {
			giveUp(step.attempt(), reason);
		}
	}

	public boolean isIdle() {
		return this.pending.isEmpty();
	}

	/**
	 * A last try for all that is still to be recorded, at the same time, after the
	 * scheduler has stopped.
	 * @param until what has not ended then is given up, by the system's nanoseconds
	 */
	public void close(long until) {
		List<Pending> steps = List.copyOf(this.pending);
		if (!steps.isEmpty()) {
			ExecutorService tries = Executors.newFixedThreadPool(Math.min(steps.size(), MAX_TRIES),
					EngineThreads.threads());
			steps.forEach((step) -> tries.execute(() -> lastTry(step)));
			tries.shutdown();
			try {
				boolean unused = tries.awaitTermination(until - System.nanoTime(), TimeUnit.NANOSECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			tries.shutdownNow();
		}
		this.closed = true;
		this.pending.forEach((step) -> giveUp(step, new TimeoutException("The application has stopped")));
	}

	private void lastTry(Pending step) {
		try {
			record(step.attempt(), step.result(), step.asked());
			this.pending.remove(step);
		}
		catch (Throwable ex) {
			giveUp(step, ex);
		}
	}

	private record Pending(Attempt attempt, AttemptResult result, Asked asked) {
	}

}
