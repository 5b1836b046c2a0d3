package io.idempotent.engine;

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
import io.idempotent.engine.LocalCache.Asked;
import io.idempotent.store.ClaimAnswer.Finished;
import io.idempotent.store.OwnerAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends attempts at the authority, then in this JVM, in this order: the authority
 * confirms, the local cache is filled, the in-flight entry goes. A step that the store
 * could not take is made up for in the background, under a lease that is renewed until
 * {@code max-lease}.
 */
final class Finisher {

	private static final Logger logger = LoggerFactory.getLogger(Finisher.class);

	private static final long FIRST_PAUSE = 100;

	private static final long LONGEST_PAUSE = 5_000;

	private static final int MAX_TRIES = 16;

	private final Set<Pending> pending = ConcurrentHashMap.newKeySet();

	private final Authority authority;

	private final LocalCache cache;

	private final InFlightTable table;

	private final Leases leases;

	private final ScheduledExecutorService scheduler;

	private final Duration maxLease;

	private final Ticker ticker;

	private volatile boolean closed;

	Finisher(Authority authority, LocalCache cache, InFlightTable table, Leases leases,
			ScheduledExecutorService scheduler, Duration maxLease, Ticker ticker) {
		this.authority = authority;
		this.cache = cache;
		this.table = table;
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
	OwnerAnswer end(Execution execution, Ending ending) {
		execution.lease().ending();
		Asked asked = this.cache.asking();
		// a connection pool would refuse an interrupted thread
		boolean interrupted = Thread.interrupted();
		try {
			return attempt(execution, ending, asked);
		}
		catch (Throwable trouble) {
			// whatever it is: the caller gets what the method said; the outage is in the
			// log
			execution.inFlight().letGo();
			if (schedule(new Pending(execution, ending, asked), FIRST_PAUSE)) {
				logger.warn("{} has ended, but the store could not record {}; trying again in the background",
						execution.ownership().key(), ending,
						(trouble instanceof IdempotencyStoreException) ? null : trouble);
			}
			return OwnerAnswer.CONFIRMED;
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
	void endLater(Execution execution, Ending ending) {
		schedule(new Pending(execution, ending, this.cache.asking()), FIRST_PAUSE);
	}

	/**
	 * Leaves the attempt to its lease.
	 */
	void giveUp(Execution execution, Throwable reason) {
		this.leases.drop(execution.lease());
		this.table.leave(execution.inFlight(), null);
		if (execution.isCertain()) {
			logger.error(
					"{} has ended, but that could not be recorded: once its lease has ended, attempt {} is abandoned",
					execution.ownership().key(), execution.attempt(), reason);
		}
		else {
			logger.debug("The claim of {} had no reply: if it took effect, it is abandoned once its lease has ended",
					execution.ownership().key(), reason);
		}
	}

	/**
	 * Ends it.
	 * @param asked before the first try: that one may have taken effect
	 */
	private OwnerAnswer attempt(Execution execution, Ending ending, Asked asked) {
		Replayable outcome = null;
		OwnerAnswer answer;
		if (ending instanceof Ending.Complete complete) {
			Duration ttl = execution.call().operation().ttl();
			answer = this.authority.complete(execution.ownership(), complete.outcome(), ttl);
			outcome = (answer == OwnerAnswer.CONFIRMED) ? replayable(execution, complete, ttl) : null;
		}
		else if (ending instanceof Ending.Release) {
			answer = this.authority.release(execution.ownership());
		}
		else {
			answer = this.authority.abandon(execution.ownership());
		}
		if (answer == OwnerAnswer.LOST && execution.isCertain()) {
			logger.warn("{} has ended, but attempt {} had lost the ownership: {} was not recorded",
					execution.ownership().key(), execution.attempt(), ending);
		}
		this.leases.drop(execution.lease());
		if (answer == OwnerAnswer.CONFIRMED && ending instanceof Ending.Abandon && execution.isCertain()) {
			this.table.abandoned(execution.inFlight(), execution.context());
		}
		if (outcome != null) {
			this.cache.put(execution.ownership().key(), outcome, asked, outcome.record().remaining());
		}
		this.table.leave(execution.inFlight(), outcome);
		return answer;
	}

	/**
	 * The store may keep the outcome a hundredth shorter than asked.
	 */
	private static Replayable replayable(Execution execution, Ending.Complete complete, Duration ttl) {
		boolean shared = execution.call().operation().shareable() && Outcomes.isResult(complete.outcome());
		return new Replayable(new Finished(complete.outcome(), execution.call().fingerprint(), execution.attempt(),
				Instant.now(), ttl.minus(ttl.dividedBy(100))), shared ? complete.value() : null, shared);
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
			attempt(step.execution(), step.ending(), step.asked());
			this.pending.remove(step);
		}
		catch (Throwable ex) {
			if (step.execution().lease().isOlderThan(this.maxLease, this.ticker.read())) {
				giveUp(step, ex);
			}
			else {
				schedule(step, Math.min(2 * pause, LONGEST_PAUSE));
			}
		}
	}

	private void giveUp(Pending step, Throwable reason) {
		if (this.pending.remove(step)) {
			giveUp(step.execution(), reason);
		}
	}

	boolean isIdle() {
		return this.pending.isEmpty();
	}

	/**
	 * A last try for all that is still to be recorded, at the same time, after the
	 * scheduler has stopped.
	 * @param until what has not ended then is given up, by the system's nanoseconds
	 */
	void close(long until) {
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
			attempt(step.execution(), step.ending(), step.asked());
			this.pending.remove(step);
		}
		catch (Throwable ex) {
			giveUp(step, ex);
		}
	}

	private record Pending(Execution execution, Ending ending, Asked asked) {
	}

}
