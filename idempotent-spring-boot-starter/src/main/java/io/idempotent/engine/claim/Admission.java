package io.idempotent.engine.claim;

import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InProgressPolicy;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.engine.claim.LocalCache.Asked;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.engine.transaction.JoinedTransaction;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Fingerprint;
import io.idempotent.store.Ownership;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * Finds out, step by step, whether a call may run its method: it enters the in-flight
 * calls of this JVM, looks into the local cache, and asks the store. Each step asks the
 * store once at most, never waits for another call, and runs no code of the application.
 * A call that is refused, or answered from the record, has left the in-flight calls when
 * that is said.
 */
public final class Admission {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

	private final Admissions admissions;

	private final Call call;

	/**
	 * What stands for this call in this JVM: its own entry, or that of a call that has
	 * finished in the same transaction.
	 */
	private @Nullable InFlightCall entry;

	private boolean entryIsOwn;

	private @Nullable InFlightCall awaited;

	private @Nullable Claim claim;

	/**
	 * Whether the store was asked in the caller's transaction, whose view may still be
	 * undone.
	 */
	private boolean inCallersTransaction;

	private Duration pause = FIRST_PAUSE;

	public Admission(Admissions admissions, Call call) {
		this.admissions = admissions;
		this.call = call;
	}

	/**
	 * Finds out what is to be done next.
	 * @return never the same step without a reason to take it again
	 */
	public Step next() {
		Step step = (this.entry != null) ? null : enter();
		return (step != null) ? step : ask();
	}

	/**
	 * Enters the in-flight calls.
	 * @return null if this call is now the one that asks for the record
	 */
	private @Nullable Step enter() {
		Replayable outcome = (this.awaited != null) ? this.awaited.outcome() : null;
		if (outcome != null) {
			return new Step.Replay(outcome, IdempotencySource.IN_FLIGHT);
		}
		InFlightCall mine = new InFlightCall(this.call.key());
		InFlightCall other = this.admissions.calls().enter(mine);
		if (other != null && !(isJoining() && other.isFinishedInThisTransaction())) {
			this.awaited = other;
			return new Step.Wait(other);
		}
		this.entry = (other != null) ? other : mine;
		this.entryIsOwn = other == null;
		// before the store is asked, which may take long
		this.call.begin();
		return null;
	}

	private Step ask() {
		Step step = null;
		try {
			// it may have been filled since, before the former entry went
			Replayable cached = this.admissions.cache().get(this.call.key());
			if (cached != null) {
				step = new Step.Replay(cached, IdempotencySource.LOCAL);
			}
			else {
				TransactionAttribute joined = this.call.operation().joined();
				step = (joined != null) ? askWithin(joined) : ask(null);
			}
			return step;
		}
		finally {
			if (step == null) {
				leave(null);
			}
			else if (step instanceof Step.Replay replay) {
				leave(this.inCallersTransaction ? null : replay.outcome());
			}
		}
	}

	/**
	 * Asks in a transaction, which stays open only for the owner of the record. A call
	 * that is refused may go on with its transaction, unless the database says no.
	 */
	private Step askWithin(TransactionAttribute joined) {
		JoinedTransaction transaction = this.admissions.transactions().begin(this.call.operation().name(), joined);
		this.inCallersTransaction = !transaction.isOwn();
		Step step;
		try {
			step = ask(transaction);
		}
		catch (IdempotencyStoreException | InvalidIdempotencyKeyException ex) {
			transaction.rollback(ex);
			throw ex;
		}
		catch (Throwable refusal) {
			transaction.leave(refusal);
			throw refusal;
		}
		if (!(step instanceof Step.Own)) {
			end(transaction);
		}
		return step;
	}

	private void end(JoinedTransaction transaction) {
		try {
			transaction.leave();
		}
		catch (RuntimeException ex) {
			throw this.call.refused(new IdempotencyStoreException(this.call.operation().name(), this.call.key().key(),
					"The transaction in which it was asked could not be ended.", ex), IdempotencySource.STORE);
		}
	}

	private Step ask(@Nullable JoinedTransaction transaction) {
		Asked asked = this.admissions.cache().asking();
		Claim claim = claim();
		ClaimResult answer = (transaction != null) ? this.admissions.sendInTransaction(this.call, claim)
				: this.admissions.send(this.call, entry(), claim, asked.at());
		if (answer instanceof ClaimResult.Acquired acquired) {
			markInProgress(this.call.fingerprint());
			return new Step.Own(this.admissions.attempt(this.call, entry(), claim, acquired, asked.at(), transaction));
		}
		if (answer instanceof ClaimResult.Finished finished) {
			return new Step.Replay(keep(finished, asked), IdempotencySource.STORE);
		}
		if (answer instanceof ClaimResult.InProgress inProgress) {
			return pause(inProgress);
		}
		ClaimResult.Abandoned attempt = (ClaimResult.Abandoned) answer;
		this.call.requireSamePayload(attempt.fingerprint(), IdempotencySource.STORE);
		markInProgress(attempt.fingerprint());
		return new Step.Decide(attempt);
	}

	private Claim claim() {
		Claim claim = this.claim;
		if (claim == null) {
			claim = this.call.toClaim(new Ownership(this.call.key(), UUID.randomUUID()));
			this.claim = claim;
		}
		return claim;
	}

	private Replayable keep(ClaimResult.Finished finished, Asked asked) {
		Replayable outcome = this.admissions.outcomes().toReplayable(this.call.operation(), this.call.key(), finished);
		if (!this.inCallersTransaction) {
			this.admissions.cache().put(this.call.key(), outcome, asked, finished.remaining());
		}
		return outcome;
	}

	/**
	 * Between half of and the whole pause, which doubles, but not beyond the deadline.
	 */
	private Step pause(ClaimResult.InProgress inProgress) {
		this.call.requireSamePayload(inProgress.fingerprint(), IdempotencySource.STORE);
		markInProgress(inProgress.fingerprint());
		if (this.call.operation().onInProgress() == InProgressPolicy.REJECT) {
			throw this.call.inProgress("It is executed elsewhere, and onInProgress is REJECT.",
					IdempotencySource.STORE);
		}
		long remaining = requireTime(
				"It did not finish within the wait timeout (%s).".formatted(this.call.operation().waitTimeout()));
		if (!this.entryIsOwn) {
			throw this.call.reentered("It has failed in this very transaction, which can only roll back.",
					IdempotencySource.STORE);
		}
		long nanos = this.pause.toNanos() / 2 + ThreadLocalRandom.current().nextLong(this.pause.toNanos() / 2);
		this.pause = (this.pause.compareTo(LONGEST_PAUSE) < 0) ? this.pause.multipliedBy(2) : LONGEST_PAUSE;
		return new Step.Pause(Math.min(nanos, remaining));
	}

	private long requireTime(String sentence) {
		long remaining = this.call.deadline() - this.admissions.ticker().read();
		if (remaining <= 0) {
			throw this.call.inProgress(sentence, IdempotencySource.STORE);
		}
		return remaining;
	}

	/**
	 * Decides about an abandoned attempt, which may ask a resolver of the application.
	 * Outside of a transaction that was opened for the call, as that may have locked the
	 * record.
	 */
	public void decide(Step.Decide undecided) {
		boolean decided = false;
		try {
			ClaimResult.Abandoned attempt = undecided.attempt();
			if (mayTakeOver(attempt)) {
				this.claim = claim().takingOver(attempt.token());
			}
			else {
				requireTime("Its state kept changing until the wait timeout ended.");
			}
			decided = true;
		}
		finally {
			if (!decided) {
				giveUp();
			}
		}
	}

	private boolean mayTakeOver(ClaimResult.Abandoned attempt) {
		try {
			return this.admissions.abandoned().mayTakeOver(this.call, attempt, !this.inCallersTransaction);
		}
		catch (IdempotencyStoreException ex) {
			throw this.call.refused(ex, IdempotencySource.STORE);
		}
	}

	/**
	 * Leaves the in-flight calls without an outcome: the caller does not go on.
	 */
	public void giveUp() {
		leave(null);
	}

	private void leave(@Nullable Replayable outcome) {
		if (this.entryIsOwn) {
			this.admissions.calls().leave(entry(), outcome);
		}
	}

	/**
	 * This thread asks: it would wait for itself if it made the same call again.
	 */
	public void hold() {
		if (this.entry != null) {
			this.entry.hold();
		}
	}

	/**
	 * This thread goes on to something else.
	 */
	public void letGo() {
		if (this.entry != null) {
			this.entry.letGo();
		}
	}

	private void markInProgress(@Nullable Fingerprint fingerprint) {
		if (this.entryIsOwn) {
			entry().markInProgress(fingerprint);
		}
	}

	private InFlightCall entry() {
		return Objects.requireNonNull(this.entry);
	}

	private boolean isJoining() {
		return this.call.operation().joined() != null;
	}

}
