package io.idempotent;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * For operators: looks at records, and decides those whose outcome nobody knows.
 * <p>
 * Every decision is conditional on the attempt that the operator saw: if the record has
 * changed since, nothing happens and the answer is {@link Answer#CHANGED}.
 */
public interface IdempotencySettlement {

	/**
	 * Finds one record.
	 * @param scope the scope, {@code ""} is nobody's
	 * @param operation the name of the operation
	 * @param key the key
	 * @return the record, empty if there is none
	 */
	Optional<IdempotencyRecord> find(String scope, String operation, String key);

	/**
	 * Lists attempts whose outcome nobody knows, oldest claim first.
	 * @param limit the maximal number, at least 1
	 * @return the attempts
	 */
	List<AbandonedAttempt> findAbandoned(int limit);

	/**
	 * Records that the operation has happened: duplicates get the result.
	 * @param attempt the attempt as it was seen
	 * @param result what the method would have returned
	 * @return whether it was settled
	 * @throws IllegalArgumentException if this application does not know the operation,
	 * or the result is not of its type
	 */
	Answer settleCompleted(AbandonedAttempt attempt, @Nullable Object result);

	/**
	 * Records that the operation has failed for good: duplicates get the failure.
	 * @param attempt the attempt as it was seen
	 * @param failure what the method would have thrown
	 * @return whether it was settled
	 * @throws IllegalArgumentException if this application does not know the operation
	 */
	Answer settleFailed(AbandonedAttempt attempt, Throwable failure);

	/**
	 * Lets the next caller run the operation again.
	 * @param attempt the attempt as it was seen
	 * @return whether it was settled
	 */
	Answer settleRetry(AbandonedAttempt attempt);

	/**
	 * Deletes a finished or released record: the next call is a first one. Other nodes
	 * may replay the forgotten outcome for up to {@code idempotent.local-cache.ttl}.
	 * @param record the record as it was seen
	 * @return whether it was forgotten
	 */
	Answer forget(IdempotencyRecord record);

	/** Whether a decision was applied. */
	enum Answer {

		/** The decision is recorded. */
		SETTLED,

		/** The record is no longer in the state that was seen: look again. */
		CHANGED

	}

}
