package io.idempotent.engine;

import java.util.concurrent.locks.LockSupport;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.engine.LocalCache.Asked;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the authority for a record until this call owns it, its outcome is known, or the
 * call is refused.
 */
final class Acquisition {

	private final Claims claims;

	private final LocalCache cache;

	private final InFlightTable table;

	private final AbandonedAttempts abandoned;

	private final Outcomes outcomes;

	private final Ticker ticker;

	Acquisition(Claims claims, LocalCache cache, InFlightTable table, AbandonedAttempts abandoned, Outcomes outcomes,
			Ticker ticker) {
		this.claims = claims;
		this.cache = cache;
		this.table = table;
		this.abandoned = abandoned;
		this.outcomes = outcomes;
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
			throw progress.call().inProgress("This call was interrupted while it waited.", IdempotencySource.STORE);
		}
	}

	/**
	 * Leaves the table without an answer.
	 */
	void giveUp(Progress progress) {
		this.table.leave(progress.mine(), null);
	}

	/**
	 * Asks once. Whoever does not become the owner and is not told to ask again has left
	 * the table when this returns or throws.
	 */
	Result ask(Progress progress) {
		Result result = null;
		try {
			// first: it may have been filled since, before the former entry went
			Replayable cached = this.cache.get(progress.call().key());
			result = (cached != null) ? new Result.Known(cached, IdempotencySource.LOCAL) : askAuthority(progress);
			return result;
		}
		finally {
			if (result == null) {
				this.table.leave(progress.mine(), null);
			}
			else if (result instanceof Result.Known known) {
				this.table.leave(progress.mine(), progress.isInCallersTransaction() ? null : known.outcome());
			}
		}
	}

	private Result askAuthority(Progress progress) {
		Call call = progress.call();
		InFlight mine = progress.mine();
		while (true) {
			Asked asked = this.cache.asking();
			Claim claim = progress.claim();
			ClaimAnswer answer = progress.isJoined() ? this.claims.sendInTransaction(call, claim)
					: this.claims.send(call, mine, claim, asked.at());
			if (answer instanceof ClaimAnswer.Acquired acquired) {
				mine.markInProgress(call.fingerprint());
				return new Result.Owned(this.claims.execution(call, mine, claim, acquired, asked.at()));
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
			if (progress.isInOwnTransaction()) {
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
			progress.takeOver(attempt.token());
		}
		else {
			requireTime(progress.call(), "Its state kept changing until the wait timeout ended.");
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

	private boolean mayTakeOver(Progress progress, ClaimAnswer.Abandoned attempt) {
		Call call = progress.call();
		try {
			return this.abandoned.mayTakeOver(call, attempt, !progress.isInCallersTransaction());
		}
		catch (IdempotencyStoreException ex) {
			throw call.refused(ex, IdempotencySource.STORE);
		}
	}

	private Replayable keep(Progress progress, ClaimAnswer.Finished finished, Asked asked) {
		Call call = progress.call();
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
