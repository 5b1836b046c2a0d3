package io.idempotent.engine;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.engine.LocalCache.Asked;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import io.idempotent.store.Ownership;
import org.jspecify.annotations.Nullable;

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
		record Known(Replayable outcome, IdempotencySource source) implements Result {
		}

		/** Somebody else is busy: to be asked again after a pause. */
		record Busy(long nanos) implements Result {
		}

		/** Nobody knows the outcome: to be decided outside of the transaction. */
		record Undecided(ClaimAnswer.Abandoned attempt) implements Result {
		}

	}

	/**
	 * How far a call has come.
	 */
	static final class Progress {

		private final Call call;

		private final InFlight mine;

		private Claim claim;

		private @Nullable JoinedTransaction transaction;

		private Duration pause = FIRST_PAUSE;

		private Progress(Call call, InFlight mine) {
			this.call = call;
			this.mine = mine;
			Operation operation = call.operation();
			this.claim = new Claim(new Ownership(call.key(), UUID.randomUUID()), call.fingerprint(), operation.lease(),
					operation.ttl(), null);
		}

		/**
		 * From now on the authority is asked in this transaction.
		 */
		Progress within(JoinedTransaction transaction) {
			this.transaction = transaction;
			return this;
		}

		/**
		 * What the caller's transaction shows may be its own, and may still be undone.
		 */
		private boolean isInCallersTransaction() {
			return this.transaction != null && !this.transaction.isOwn();
		}

		/**
		 * Between half of and the whole pause, which doubles, but not beyond the
		 * deadline.
		 */
		private Result.Busy busy(long remaining) {
			long nanos = this.pause.toNanos() / 2 + ThreadLocalRandom.current().nextLong(this.pause.toNanos() / 2);
			this.pause = (this.pause.compareTo(LONGEST_PAUSE) < 0) ? this.pause.multipliedBy(2) : LONGEST_PAUSE;
			return new Result.Busy(Math.min(nanos, remaining));
		}

	}

	Progress begin(Call call, InFlight mine) {
		return new Progress(call, mine);
	}

	/**
	 * Asks until the record is owned or its outcome known, pausing as long as it takes.
	 */
	Result acquire(Call call, InFlight mine) {
		Progress progress = begin(call, mine);
		Result result = ask(progress);
		while (result instanceof Result.Busy busy) {
			pause(progress, busy);
			result = ask(progress);
		}
		return result;
	}

	/**
	 * Waits before it is asked again.
	 */
	void pause(Progress progress, Result.Busy busy) {
		LockSupport.parkNanos(this, busy.nanos());
		if (Thread.currentThread().isInterrupted()) {
			giveUp(progress);
			throw progress.call.inProgress("This call was interrupted while it waited.", IdempotencySource.STORE);
		}
	}

	/**
	 * Leaves the table without an answer.
	 */
	void giveUp(Progress progress) {
		this.table.leave(progress.mine, null);
	}

	/**
	 * Claims once more what a transaction that was rolled back had claimed.
	 * @return null if somebody else was faster
	 */
	@Nullable Execution claimAnew(Call call, InFlight mine, Claim claim) {
		long sentAt = this.ticker.read();
		return (this.authority.claim(claim) instanceof ClaimAnswer.Acquired acquired)
				? execution(call, mine, claim, acquired, sentAt) : null;
	}

	/**
	 * Asks once. Whoever does not become the owner and is not told to ask again has left
	 * the table when this returns or throws.
	 */
	Result ask(Progress progress) {
		Result result = null;
		try {
			// first: it may have been filled since, before the former entry went
			Replayable cached = this.cache.get(progress.call.key());
			result = (cached != null) ? new Result.Known(cached, IdempotencySource.LOCAL) : askAuthority(progress);
			return result;
		}
		finally {
			if (result == null) {
				this.table.leave(progress.mine, null);
			}
			else if (result instanceof Result.Known known) {
				this.table.leave(progress.mine, progress.isInCallersTransaction() ? null : known.outcome());
			}
		}
	}

	private Result askAuthority(Progress progress) {
		Call call = progress.call;
		InFlight mine = progress.mine;
		while (true) {
			Asked asked = this.cache.asking();
			Claim claim = progress.claim;
			ClaimAnswer answer = (progress.transaction != null) ? claimJoined(call, claim)
					: claim(call, mine, claim, asked.at());
			if (answer instanceof ClaimAnswer.Acquired acquired) {
				if (progress.transaction == null) {
					requireFresh(call, mine, claim, asked.at());
				}
				mine.markInProgress(call.fingerprint());
				return new Result.Owned(execution(call, mine, claim, acquired, asked.at()));
			}
			if (answer instanceof ClaimAnswer.Finished finished) {
				return new Result.Known(keep(progress, finished, asked), IdempotencySource.STORE);
			}
			if (answer instanceof ClaimAnswer.InProgress inProgress) {
				requirePatience(call, mine, inProgress);
				return progress.busy(call.deadline() - this.ticker.read());
			}
			ClaimAnswer.Abandoned attempt = (ClaimAnswer.Abandoned) answer;
			call.requireSamePayload(attempt.fingerprint(), IdempotencySource.STORE);
			mine.markInProgress(attempt.fingerprint());
			if (progress.transaction != null && progress.transaction.isOwn()) {
				return new Result.Undecided(attempt);
			}
			decide(progress, attempt);
		}
	}

	/**
	 * Decides outside of the transaction, which may have locked the record.
	 */
	void decide(Progress progress, Result.Undecided undecided) {
		try {
			decide(progress, undecided.attempt());
		}
		catch (Throwable ex) {
			giveUp(progress);
			throw ex;
		}
	}

	private void decide(Progress progress, ClaimAnswer.Abandoned attempt) {
		if (mayTakeOver(progress, attempt)) {
			progress.claim = progress.claim.takingOver(attempt.token());
		}
		else {
			requireTime(progress.call, "Its state kept changing until the wait timeout ended.");
		}
	}

	private void requirePatience(Call call, InFlight mine, ClaimAnswer.InProgress inProgress) {
		call.requireSamePayload(inProgress.fingerprint(), IdempotencySource.STORE);
		mine.markInProgress(inProgress.fingerprint());
		if (call.operation().onInProgress() == InProgressPolicy.REJECT) {
			throw call.inProgress("It is executed elsewhere, and onInProgress is REJECT.", IdempotencySource.STORE);
		}
		requireTime(call, "It did not finish within the wait timeout (%s).".formatted(call.operation().waitTimeout()));
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
	 * Never repeated: the transaction is over.
	 */
	private ClaimAnswer claimJoined(Call call, Claim claim) {
		try {
			return this.authority.claimJoined(claim);
		}
		catch (IdempotencyStoreException ex) {
			throw call.refused(ex, IdempotencySource.STORE);
		}
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

	private boolean mayTakeOver(Progress progress, ClaimAnswer.Abandoned attempt) {
		Call call = progress.call;
		try {
			return this.abandoned.mayTakeOver(call, attempt, !progress.isInCallersTransaction());
		}
		catch (IdempotencyStoreException ex) {
			throw call.refused(ex, IdempotencySource.STORE);
		}
	}

	private Replayable keep(Progress progress, ClaimAnswer.Finished finished, Asked asked) {
		Call call = progress.call;
		Replayable outcome = this.outcomes.toReplayable(call.operation(), call.key(), finished);
		if (!progress.isInCallersTransaction()) {
			this.cache.put(call.key(), outcome, asked, finished.remaining());
		}
		return outcome;
	}

	private void requireTime(Call call, String sentence) {
		if (this.ticker.read() - call.deadline() >= 0) {
			throw call.inProgress(sentence, IdempotencySource.STORE);
		}
	}

}
