package io.idempotent.store;

import java.time.Duration;
import java.util.Optional;

import io.idempotent.IdempotencyStoreException;

/**
 * The records of a store as part of the transaction of the calling thread: what is
 * claimed and completed here commits or vanishes with all else that the transaction does.
 * Until it ends, nobody else acquires the record, and nobody sees an outcome. Whoever may
 * have to wait for another transaction does so within a bound.
 */
public interface JoinedRecords {

	/**
	 * Whether the calling thread is inside of a transaction of the database that holds
	 * the records.
	 * @return false also if there is a transaction, but of something else
	 */
	boolean isTransactionActive();

	/**
	 * Finds out whether transactions like that of the calling thread, which has done
	 * nothing yet, can hold the records, and joins them from then on. Transactions of
	 * another connection pool are tried out: they can if they reach the same table.
	 * @return empty if they can, else why not, to be read after a colon
	 */
	default Optional<String> adopt() {
		return isTransactionActive() ? Optional.empty()
				: Optional.of("its transactions are not those of the database that holds the records");
	}

	/**
	 * As {@link IdempotencyStore#claim}, inside of the transaction. A record that another
	 * transaction has claimed and not committed yet is in progress, and its fingerprint
	 * is not known. After that answer, as after all others, the transaction goes on as if
	 * nothing had been asked.
	 * @param claim the wish
	 * @return what was found
	 * @throws IdempotencyStoreException if the transaction can only be rolled back, such
	 * as after it lost against a concurrent one
	 */
	ClaimResult claim(Claim claim);

	/**
	 * As {@link IdempotencyStore#complete}, inside of the transaction.
	 * @param ownership the attempt
	 * @param outcome its outcome
	 * @param ttl how long it is kept
	 * @return confirmed also if this very attempt was completed before
	 * @throws IdempotencyStoreException if the transaction can only be rolled back
	 */
	OwnershipResult complete(Ownership ownership, StoredOutcome outcome, Duration ttl);

	/**
	 * What whoever runs the store should know before transactions hold records, to be
	 * logged at start.
	 * @return a sentence with the remedy, empty if there is nothing to say
	 */
	default Optional<String> caution() {
		return Optional.empty();
	}

}
