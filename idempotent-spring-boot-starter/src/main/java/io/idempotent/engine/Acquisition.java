package io.idempotent.engine;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.engine.LocalCache.Asked;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.Ownership;
import io.idempotent.store.RecordKey;

/**
 * Asks the authority for a record until this call owns it, its outcome is known, or the
 * call is refused.
 */
final class Acquisition {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

	/** A claim that failed within this time is worth repeating at once. */
	private static final Duration SHORT = Duration.ofSeconds(1);

	private final Authority authority;

	private final LocalCache cache;

	private final InFlightTable table;

	private final AbandonedAttempts abandoned;

	private final Outcomes outcomes;

	private final Finisher finisher;

	private final Ticker ticker;

	Acquisition(Authority authority, LocalCache cache, InFlightTable table, AbandonedAttempts abandoned,
			Outcomes outcomes, Finisher finisher, Ticker ticker) {
		this.authority = authority;
		this.cache = cache;
		this.table = table;
		this.abandoned = abandoned;
		this.outcomes = outcomes;
		this.finisher = finisher;
		this.ticker = ticker;
	}

	/**
	 * What came of it.
	 */
	sealed interface Result {

		/** This call owns the record. */
		record Owned(Execution execution) implements Result {
		}

		/** The outcome is known. */
		record Known(Replayable outcome) implements Result {
		}

	}

	Result acquire(Call call, InFlight mine) {
		Operation operation = call.operation();
		Claim claim = new Claim(new Ownership(call.key(), UUID.randomUUID()), call.fingerprint(), operation.lease(),
				operation.ttl(), null);
		Duration pause = FIRST_PAUSE;
		while (true) {
			Asked asked = this.cache.asking();
			ClaimAnswer answer = claim(call, mine, claim, asked.at());
			if (answer instanceof ClaimAnswer.Acquired acquired) {
				requireFresh(call, mine, claim, asked.at());
				mine.markInProgress(call.fingerprint());
				return new Result.Owned(execution(call, mine, claim, acquired, asked.at()));
			}
			if (answer instanceof ClaimAnswer.Finished finished) {
				return new Result.Known(keep(call, finished, asked));
			}
			if (answer instanceof ClaimAnswer.Abandoned attempt) {
				call.requireSamePayload(attempt.fingerprint(), IdempotencySource.STORE);
				mine.markInProgress(attempt.fingerprint());
				if (mayTakeOver(call, attempt)) {
					claim = claim.takingOver(attempt.token());
				}
				else {
					requireTime(call, "Its state kept changing until the wait timeout ended.");
				}
				continue;
			}
			ClaimAnswer.InProgress inProgress = (ClaimAnswer.InProgress) answer;
			call.requireSamePayload(inProgress.fingerprint(), IdempotencySource.STORE);
			mine.markInProgress(inProgress.fingerprint());
			if (operation.onInProgress() == InProgressPolicy.REJECT) {
				throw call.inProgress("It is executed elsewhere, and onInProgress is REJECT.", IdempotencySource.STORE);
			}
			requireTime(call, "It did not finish within the wait timeout (%s).".formatted(operation.waitTimeout()));
			pause(call, pause);
			pause = (pause.compareTo(LONGEST_PAUSE) < 0) ? pause.multipliedBy(2) : LONGEST_PAUSE;
		}
	}

	/**
	 * After a claim that took longer than its lease somebody else may be in the method.
	 */
	private void requireFresh(Call call, InFlight mine, Claim claim, long sentAt) {
		if (this.ticker.read() - sentAt >= claim.lease().toNanos()) {
			throw givenUp(call, mine, claim, sentAt, new IdempotencyStoreException(call.operation().name(),
					call.key().key(), "The reply to the claim came after its lease had ended.", null));
		}
	}

	private Execution execution(Call call, InFlight mine, Claim claim, ClaimAnswer.Acquired acquired, long sentAt) {
		Lease lease = new Lease(claim.ownership(), claim.lease(), sentAt, () -> this.table.leave(mine, null));
		return new Execution(call, mine, claim.ownership(), lease, acquired.attempt(), acquired.fencingToken());
	}

	/**
	 * A claim whose reply was lost is recognised by its token when it is repeated.
	 */
	private ClaimAnswer claim(Call call, InFlight mine, Claim claim, long sentAt) {
		try {
			return this.authority.claim(claim);
		}
		catch (IdempotencyStoreException ex) {
			if (this.ticker.read() - sentAt < SHORT.toNanos()) {
				try {
					return this.authority.claim(claim);
				}
				catch (IdempotencyStoreException again) {
					again.addSuppressed(ex);
					throw givenUp(call, mine, claim, sentAt, again);
				}
			}
			throw givenUp(call, mine, claim, sentAt, ex);
		}
	}

	/**
	 * The claim may have taken effect, and nothing is going to run under it: what was
	 * taken over is as unknown as before.
	 */
	private IdempotencyStoreException givenUp(Call call, InFlight mine, Claim claim, long sentAt,
			IdempotencyStoreException ex) {
		this.finisher.endLater(execution(call, mine, claim, new ClaimAnswer.Acquired(0, 0), sentAt),
				(claim.takeover() != null) ? new Ending.Abandon() : new Ending.Release());
		return call.refused(ex, IdempotencySource.STORE);
	}

	private boolean mayTakeOver(Call call, ClaimAnswer.Abandoned attempt) {
		try {
			return this.abandoned.mayTakeOver(call, attempt);
		}
		catch (IdempotencyStoreException ex) {
			throw call.refused(ex, IdempotencySource.STORE);
		}
	}

	private Replayable keep(Call call, ClaimAnswer.Finished finished, Asked asked) {
		Replayable outcome = this.outcomes.toReplayable(call.operation(), call.key(), finished);
		this.cache.put(call.key(), outcome, asked, finished.remaining());
		return outcome;
	}

	private void requireTime(Call call, String sentence) {
		if (this.ticker.read() - call.deadline() >= 0) {
			throw call.inProgress(sentence, IdempotencySource.STORE);
		}
	}

	/**
	 * Pauses between half of and the whole time, never beyond the deadline.
	 */
	private void pause(Call call, Duration pause) {
		long nanos = pause.toNanos() / 2 + ThreadLocalRandom.current().nextLong(pause.toNanos() / 2);
		LockSupport.parkNanos(this, Math.min(nanos, call.deadline() - this.ticker.read()));
		if (Thread.currentThread().isInterrupted()) {
			throw call.inProgress("This call was interrupted while it waited.", IdempotencySource.STORE);
		}
	}

}
