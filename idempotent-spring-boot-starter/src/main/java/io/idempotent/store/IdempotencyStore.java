package io.idempotent.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencyStoreException;

/**
 * Keeps the records and decides who owns them: the authority.
 * <p>
 * Every verb is one atomic step: concurrent calls, on any number of nodes, have the
 * effect of some order of them. The protocol of one record:
 * <ol>
 * <li>An absent, released or expired finished record is acquired by exactly one of its
 * claimers.</li>
 * <li>Its owner, and only its owner, renews the lease and ends the attempt with complete,
 * release or abandon. The owner's token is what counts: an owner whose lease has ended
 * may still end its attempt as long as nobody else has decided it.</li>
 * <li>A record in progress whose lease has ended is abandoned. It stays so, beyond its
 * ttl and beyond any purge, until its owner ends it, a claim takes it over naming the
 * token it saw, or it is settled.</li>
 * <li>A finished record is not changed until it has expired or is forgotten.</li>
 * </ol>
 * All times are compared by the clock of the store; callers hand in durations only. What
 * a verb returns is durable. Every verb may throw {@link IdempotencyStoreException}: then
 * it may or may not have taken effect, and may be called again with the same arguments.
 * Implementations are thread-safe. {@code io.idempotent.test.IdempotencyStoreContract} is
 * this page as a test.
 */
public interface IdempotencyStore {

	/**
	 * Acquires the record, or says why not, in one atomic step. Acquires if the record is
	 * absent, is released, has finished and expired, or is abandoned under exactly the
	 * token named by {@link Claim#takeover()}. Never acquires a live one, however long it
	 * runs beyond its ttl. A repeated claim finds its own token and is acquired again,
	 * with the same attempt: so a lost reply is harmless. A new attempt has a number one
	 * higher than its predecessor's, if that is still stored, and a fencing token greater
	 * than any before it, also across a purge.
	 * @param claim the wish
	 * @return what was found
	 */
	ClaimResult claim(Claim claim);

	/**
	 * Records the outcome of the owner's attempt, if it still is the owner, in one atomic
	 * step. The outcome is kept for the ttl from now on, at most a hundredth of it less.
	 * @param ownership the attempt
	 * @param outcome its outcome
	 * @param ttl how long it is kept
	 * @return confirmed also if this very attempt was completed before
	 */
	OwnershipResult complete(Ownership ownership, StoredOutcome outcome, Duration ttl);

	/**
	 * Opens the record for another attempt, if the caller still is the owner, in one
	 * atomic step. The number of the attempt is kept; the next claim may have another
	 * payload.
	 * @param ownership the attempt
	 * @return confirmed also if this very attempt was released before
	 */
	OwnershipResult release(Ownership ownership);

	/**
	 * Ends the lease now, if the caller still is the owner, in one atomic step: the
	 * outcome of the attempt is unknown.
	 * @param ownership the attempt
	 * @return confirmed also if the lease had ended before
	 */
	OwnershipResult abandon(Ownership ownership);

	/**
	 * Renews leases, each in one atomic step and all in as few round trips as the store
	 * can: an attempt whose token is still there is given the lease anew, also if it had
	 * ended.
	 * @param leases the attempts with their leases
	 * @return the attempts that are no longer in progress under their token
	 */
	Set<Ownership> renew(Map<Ownership, Duration> leases);

	/**
	 * Gives an abandoned attempt a lease on behalf of one who is going to find out what
	 * became of it, in one atomic step and without changing its owner: of several callers
	 * one is confirmed, and others see the record in progress until the lease ends or
	 * {@link #abandon} ends it.
	 * @param seen the abandoned attempt
	 * @param lease how long
	 * @return lost if it is not abandoned, or no longer under this token
	 */
	OwnershipResult reserve(Ownership seen, Duration lease);

	/**
	 * Decides an abandoned attempt, in one atomic step, and changes its token, so that a
	 * stalled owner does not mistake the outcome for its own.
	 * @param key the record
	 * @param fencingToken the fencing token of the attempt as it was seen
	 * @param settlement the decision
	 * @return lost if that attempt is not abandoned, or no longer the last one
	 */
	OwnershipResult settle(RecordKey key, long fencingToken, Settlement settlement);

	/**
	 * Deletes a finished or released record, in one atomic step.
	 * @param key the record
	 * @param fencingToken the fencing token of its last attempt as it was seen
	 * @return lost if that attempt is not finished or released, or no longer the last one
	 */
	OwnershipResult forget(RecordKey key, long fencingToken);

	/**
	 * Finds a record.
	 * @param key the record
	 * @return its state, empty if it is absent
	 */
	Optional<IdempotencyRecord> find(RecordKey key);

	/**
	 * Lists abandoned attempts, oldest claim first.
	 * @param limit the maximal number
	 * @return the attempts
	 */
	List<AbandonedAttempt> findAbandoned(int limit);

	/**
	 * Counts abandoned attempts.
	 * @return the number of records in progress whose lease has ended
	 */
	long countAbandoned();

	/**
	 * Deletes finished and released records that have expired; never a live or abandoned
	 * one. May run on all nodes at once.
	 * @param limit the maximal number; in a table with partitions it may be that of each
	 * @return how many were deleted; fewer than the limit means that no more were found
	 * which nobody else is deleting
	 */
	int purge(int limit);

	/**
	 * Whether claims and outcomes can be part of the caller's transaction.
	 * @return whether {@link io.idempotent.TransactionMode#JOIN} is possible
	 */
	boolean canJoinTransaction();

	/**
	 * The same records as part of the transaction of the calling thread.
	 * @return the records
	 * @throws UnsupportedOperationException if {@link #canJoinTransaction()} is false
	 */
	default JoinedRecords joined() {
		throw new UnsupportedOperationException(describe() + " cannot join transactions");
	}

	/**
	 * One line for the start-up log: what and where it is.
	 * @return such as {@code jdbc (H2), table idempotency_record}
	 */
	String describe();

}
