package io.idempotent.engine.claim;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.IdempotencyStoreException;
import io.idempotent.InvalidIdempotencyKeyException;
import io.idempotent.store.Claim;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.Ownership;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store as the engine sees it: whatever goes wrong in it is an
 * {@link IdempotencyStoreException}, except for a key that it cannot keep.
 */
public final class GuardedStore {

	private static final Logger logger = LoggerFactory.getLogger(GuardedStore.class);

	private final IdempotencyStore store;

	private final Outage outage;

	public GuardedStore(IdempotencyStore store, Ticker ticker) {
		this.store = store;
		this.outage = new Outage(logger,
				"The store of idempotency records cannot be used: calls are refused, and outcomes wait to be recorded",
				ticker);
	}

	public ClaimResult claim(Claim claim) {
		return ask(claim.ownership().key(), () -> this.store.claim(claim));
	}

	/**
	 * As part of the transaction of this thread.
	 */
	ClaimResult claimJoined(Claim claim) {
		return ask(claim.ownership().key(), () -> this.store.joined().claim(claim));
	}

	public OwnershipResult completeJoined(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return ask(ownership.key(), () -> this.store.joined().complete(ownership, outcome, ttl));
	}

	OwnershipResult complete(Ownership ownership, StoredOutcome outcome, Duration ttl) {
		return ask(ownership.key(), () -> this.store.complete(ownership, outcome, ttl));
	}

	OwnershipResult release(Ownership ownership) {
		return ask(ownership.key(), () -> this.store.release(ownership));
	}

	OwnershipResult abandon(Ownership ownership) {
		return ask(ownership.key(), () -> this.store.abandon(ownership));
	}

	Set<Ownership> renew(Map<Ownership, Duration> leases) {
		return this.store.renew(leases);
	}

	OwnershipResult reserve(Ownership seen, Duration lease) {
		return ask(seen.key(), () -> this.store.reserve(seen, lease));
	}

	OwnershipResult settle(RecordKey key, long fencingToken, Settlement settlement) {
		return ask(key, () -> this.store.settle(key, fencingToken, settlement));
	}

	private <T> T ask(RecordKey key, Supplier<T> question) {
		try {
			T answer = question.get();
			this.outage.worked();
			return answer;
		}
		catch (IdempotencyStoreException ex) {
			if (!isAboutOneRecord(ex)) {
				this.outage.failed(ex);
			}
			throw ex;
		}
		catch (InvalidIdempotencyKeyException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			// also what it does not declare, as code in other languages may
			this.outage.failed(ex);
			throw new IdempotencyStoreException(key.operation(), key.key(),
					"It failed with %s.".formatted(ex.getClass().getName()), ex);
		}
	}

	/**
	 * Data that the database refuses, or a transaction that it has ended, say nothing
	 * about the next call.
	 */
	private static boolean isAboutOneRecord(IdempotencyStoreException failure) {
		return failure.getCause() instanceof SQLException cause && cause.getSQLState() != null
				&& Stream.of("22", "23", "25", "40").anyMatch(cause.getSQLState()::startsWith);
	}

}
