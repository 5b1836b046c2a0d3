package io.idempotent.engine;

import java.time.Duration;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimAnswer;
import org.jspecify.annotations.Nullable;

/**
 * Sends claims to the authority, so that none whose reply was lost or late stays behind
 * unnoticed.
 */
final class Claims {

	/** A claim that failed within this time is worth repeating at once. */
	private static final Duration SHORT = Duration.ofSeconds(1);

	private final Authority authority;

	private final InFlightTable table;

	private final Finisher finisher;

	private final Ticker ticker;

	Claims(Authority authority, InFlightTable table, Finisher finisher, Ticker ticker) {
		this.authority = authority;
		this.table = table;
		this.finisher = finisher;
		this.ticker = ticker;
	}

	/**
	 * Sends a claim. One whose reply was lost is recognised by its token when it is
	 * repeated. After one that took longer than its lease somebody else may be in the
	 * method.
	 * @param sentAt when it was sent
	 */
	ClaimAnswer send(Call call, InFlight mine, Claim claim, long sentAt) {
		ClaimAnswer answer = repeatOnce(call, mine, claim, sentAt);
		if (answer instanceof ClaimAnswer.Acquired && this.ticker.read() - sentAt >= claim.lease().toNanos()) {
			throw givenUp(call, mine, claim, sentAt, new IdempotencyStoreException(call.operation().name(),
					call.key().key(), "The reply to the claim came after its lease had ended.", null));
		}
		return answer;
	}

	private ClaimAnswer repeatOnce(Call call, InFlight mine, Claim claim, long sentAt) {
		try {
			return this.authority.claim(claim);
		}
		catch (InvalidIdempotencyKeyException ex) {
			throw call.refused(ex, IdempotencySource.STORE);
		}
		catch (IdempotencyStoreException ex) {
			if (ex.isRetryable() && this.ticker.read() - sentAt < SHORT.toNanos()) {
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

	/**
	 * Sends a claim in the transaction of the thread. Never repeated: after a failure
	 * that can only be rolled back, and the claim with it.
	 */
	ClaimAnswer sendInTransaction(Call call, Claim claim) {
		try {
			return this.authority.claimJoined(claim);
		}
		catch (IdempotencyStoreException | InvalidIdempotencyKeyException ex) {
			throw call.refused(ex, IdempotencySource.STORE);
		}
	}

	/**
	 * Claims once more what a transaction that was rolled back had claimed.
	 * @return null if somebody else was faster
	 */
	@Nullable Execution sendAnew(Call call, InFlight mine, Claim claim) {
		long sentAt = this.ticker.read();
		return (this.authority.claim(claim) instanceof ClaimAnswer.Acquired acquired)
				? execution(call, mine, claim, acquired, sentAt) : null;
	}

	/**
	 * What the owner of an acquired record is about to do.
	 */
	Execution execution(Call call, InFlight mine, Claim claim, ClaimAnswer.Acquired acquired, long sentAt) {
		Lease lease = new Lease(claim.ownership(), claim.lease(), sentAt, () -> this.table.leave(mine, null));
		return new Execution(call, mine, claim.ownership(), lease, acquired.attempt(), acquired.fencingToken());
	}

}
