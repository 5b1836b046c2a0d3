package io.idempotent.engine.claim;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.engine.outcome.AttemptResult;
import io.idempotent.engine.outcome.Outcomes;
import io.idempotent.engine.transaction.JoinableTransactions;
import io.idempotent.engine.transaction.JoinedTransaction;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import org.jspecify.annotations.Nullable;

/**
 * Sends claims to the store for admissions, so that none whose reply was lost or late
 * stays behind unnoticed.
 *
 * @param store the authority
 * @param cache what this JVM may answer without it
 * @param calls the calls of this JVM
 * @param abandoned decides about abandoned attempts
 * @param transactions those that records can be part of
 * @param outcomes reads what is recorded
 * @param attempts ends what is acquired
 * @param ticker measures time
 */
public record Admissions(GuardedStore store, LocalCache cache, InFlightCalls calls, AbandonedAttempts abandoned,
		JoinableTransactions transactions, Outcomes outcomes, AttemptSupport attempts, Ticker ticker) {

	/** A claim that failed within this time is worth repeating at once. */
	private static final Duration SHORT = Duration.ofSeconds(1);

	/**
	 * Sends a claim. One whose reply was lost is recognised by its token when it is
	 * repeated. After one that took longer than its lease another owner may be in the
	 * method.
	 * @param sentAt when it was sent
	 */
	ClaimResult send(Call call, InFlightCall entry, Claim claim, long sentAt) {
		ClaimResult answer = repeatOnce(call, entry, claim, sentAt);
		if (answer instanceof ClaimResult.Acquired && this.ticker.read() - sentAt >= claim.lease().toNanos()) {
			throw givenUp(call, entry, claim, sentAt, new IdempotencyStoreException(call.operation().name(),
					call.key().key(), "The reply to the claim came after its lease had ended.", null));
		}
		return answer;
	}

	private ClaimResult repeatOnce(Call call, InFlightCall entry, Claim claim, long sentAt) {
		try {
			return this.store.claim(claim);
		}
		catch (InvalidIdempotencyKeyException ex) {
			throw call.refused(ex, IdempotencySource.STORE);
		}
		catch (IdempotencyStoreException ex) {
			if (ex.isRetryable() && this.ticker.read() - sentAt < SHORT.toNanos()) {
				try {
					return this.store.claim(claim);
				}
				catch (IdempotencyStoreException again) {
					again.addSuppressed(ex);
					throw givenUp(call, entry, claim, sentAt, again);
				}
			}
			throw givenUp(call, entry, claim, sentAt, ex);
		}
	}

	/**
	 * The claim may have taken effect, and nothing is going to run under it: what was
	 * taken over is as unknown as before.
	 */
	private IdempotencyStoreException givenUp(Call call, InFlightCall entry, Claim claim, long sentAt,
			IdempotencyStoreException ex) {
		Attempt uncertain = attempt(call, entry, claim, new ClaimResult.Acquired(0, 0), sentAt, null);
		this.attempts.recorder()
			.endLater(uncertain, (claim.takeover() != null) ? AttemptResult.UNKNOWN : AttemptResult.RELEASED);
		return call.refused(ex, IdempotencySource.STORE);
	}

	/**
	 * Sends a claim in the transaction of the thread. Never repeated: after a failure
	 * that can only be rolled back, and the claim with it.
	 */
	ClaimResult sendInTransaction(Call call, Claim claim) {
		try {
			return this.store.claimJoined(claim);
		}
		catch (IdempotencyStoreException | InvalidIdempotencyKeyException ex) {
			throw call.refused(ex, IdempotencySource.STORE);
		}
	}

	/**
	 * The attempt of a claim that was acquired.
	 */
	public Attempt attempt(Call call, InFlightCall entry, Claim claim, ClaimResult.Acquired acquired, long sentAt,
			@Nullable JoinedTransaction transaction) {
		return new Attempt(this.attempts, call, entry, claim, acquired, sentAt, transaction);
	}

}
