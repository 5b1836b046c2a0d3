package io.idempotent.engine;

import java.util.Objects;

import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Acquisition.Result;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose claim, method and outcome are part of one transaction. Nobody waits for
 * others of this JVM while a transaction is open for the call.
 */
final class JoinedCalls {

	private final LocalCache cache;

	private final InFlightTable table;

	private final Followers followers;

	private final Acquisition acquisition;

	private final JoinableTransactions transactions;

	private final JoinedAttempt attempt;

	private final Replay replay;

	JoinedCalls(LocalCache cache, InFlightTable table, Followers followers, Acquisition acquisition,
			JoinableTransactions transactions, JoinedAttempt attempt, Replay replay) {
		this.cache = cache;
		this.table = table;
		this.followers = followers;
		this.acquisition = acquisition;
		this.transactions = transactions;
		this.attempt = attempt;
		this.replay = replay;
	}

	<T extends @Nullable Object, X extends Throwable> IdempotentResult<T> answer(Call call,
			ThrowingCallback<T, X> method) throws X {
		while (true) {
			Replayable outcome = this.cache.get(call.key());
			if (outcome != null) {
				return this.replay.answer(call, outcome, IdempotencySource.LOCAL);
			}
			InFlight mine = new InFlight(call.key());
			InFlight other = this.table.enter(mine);
			if (other == null) {
				return lead(call, mine, mine, method);
			}
			if (other.isFinishedInThisTransaction()) {
				return lead(call, mine, other, method);
			}
			outcome = this.followers.follow(call, other);
			if (outcome != null) {
				return this.replay.answer(call, outcome, IdempotencySource.IN_FLIGHT);
			}
		}
	}

	/**
	 * Asks the authority, in a transaction that is open as long as that takes.
	 * @param entry what stands in the table: that of the caller, or of a call that has
	 * finished in the same transaction
	 */
	private <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> lead(Call call, InFlight mine,
			InFlight entry, ThrowingCallback<T, X> method) throws X {
		Progress progress = this.acquisition.begin(call, mine);
		while (true) {
			JoinedTransaction transaction = begin(call, mine);
			Result result = ask(progress, transaction, call);
			if (result instanceof Result.Owned owned) {
				return this.attempt.run(owned.execution(), transaction, entry, method);
			}
			if (result instanceof Result.Known known) {
				return this.replay.answer(call, known.outcome(), known.source());
			}
			if (result instanceof Result.Undecided undecided) {
				this.acquisition.decide(progress, undecided);
			}
			else if (entry == mine) {
				this.acquisition.pause(progress, (Result.Busy) result);
			}
			else {
				throw call.reentered("It has failed in this very transaction, which can only roll back.",
						IdempotencySource.STORE);
			}
		}
	}

	private JoinedTransaction begin(Call call, InFlight mine) {
		try {
			return this.transactions.begin(call.operation(), Objects.requireNonNull(call.operation().joined()));
		}
		catch (Throwable ex) {
			this.table.leave(mine, null);
			throw ex;
		}
	}

	/**
	 * Whoever is refused may go on with its transaction, unless the database says no.
	 */
	private Result ask(Progress progress, JoinedTransaction transaction, Call call) {
		Result result;
		try {
			result = this.acquisition.ask(progress.within(transaction));
		}
		catch (IdempotencyStoreException | InvalidIdempotencyKeyException ex) {
			transaction.rollback(ex);
			throw ex;
		}
		catch (Throwable refusal) {
			transaction.leave(refusal);
			throw refusal;
		}
		if (!(result instanceof Result.Owned)) {
			leave(progress, transaction, call);
		}
		return result;
	}

	private void leave(Progress progress, JoinedTransaction transaction, Call call) {
		try {
			transaction.leave();
		}
		catch (RuntimeException ex) {
			this.acquisition.giveUp(progress);
			throw call.refused(new IdempotencyStoreException(call.operation().name(), call.key().key(),
					"The transaction in which it was asked could not be ended.", ex), IdempotencySource.STORE);
		}
	}

}
