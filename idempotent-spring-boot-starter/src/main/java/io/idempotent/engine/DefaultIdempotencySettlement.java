package io.idempotent.engine;

import java.util.List;
import java.util.Optional;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencySettlement;
import io.idempotent.engine.claim.InFlightCalls;
import io.idempotent.engine.claim.LocalCache;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.Operations;
import io.idempotent.engine.operation.ResultTypes;
import io.idempotent.engine.outcome.Outcomes;
import io.idempotent.store.IdempotencyStore;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;

/**
 * The settlement on top of the store: this JVM forgets what it knew of a settled record.
 */
final class DefaultIdempotencySettlement implements IdempotencySettlement {

	private final IdempotencyStore store;

	private final Operations operations;

	private final Outcomes outcomes;

	private final LocalCache cache;

	private final InFlightCalls calls;

	DefaultIdempotencySettlement(IdempotencyStore store, Operations operations, Outcomes outcomes, LocalCache cache,
			InFlightCalls calls) {
		this.store = store;
		this.operations = operations;
		this.outcomes = outcomes;
		this.cache = cache;
		this.calls = calls;
	}

	@Override
	public Optional<IdempotencyRecord> find(String scope, String operation, String key) {
		return this.store.find(new RecordKey(scope, operation, key));
	}

	@Override
	public List<AbandonedAttempt> findAbandoned(int limit) {
		return this.store.findAbandoned(limit);
	}

	@Override
	public Answer settleCompleted(AbandonedAttempt attempt, @Nullable Object result) {
		Operation operation = operation(attempt);
		if (!ResultTypes.isAssignable(operation.resultType(), result)) {
			throw new IllegalArgumentException("%s is no result of operation '%s', which returns %s".formatted(
					(result != null) ? "a " + result.getClass().getName() : "null", operation.name(),
					operation.resultType().getTypeName()));
		}
		return finish(attempt, operation, this.outcomes.ofResult(operation, result));
	}

	@Override
	public Answer settleFailed(AbandonedAttempt attempt, Throwable failure) {
		Operation operation = operation(attempt);
		return finish(attempt, operation, this.outcomes.ofFailure(operation, failure));
	}

	@Override
	public Answer settleRetry(AbandonedAttempt attempt) {
		return settle(attempt, new Settlement.Reopen());
	}

	@Override
	public Answer forget(IdempotencyRecord record) {
		RecordKey key = new RecordKey(record.scope(), record.operation(), record.key());
		try {
			return toAnswer(this.store.forget(key, record.fencingToken()));
		}
		finally {
			// also if only the reply was lost
			this.cache.forget(key);
		}
	}

	private Operation operation(AbandonedAttempt attempt) {
		return this.operations.find(attempt.operation())
			.orElseThrow(() -> new IllegalArgumentException(
					"operation '%s' is not defined in this application, so how its outcomes are stored is not known here: settle it where it is, or settle it as retry"
						.formatted(attempt.operation())));
	}

	private Answer finish(AbandonedAttempt attempt, Operation operation, StoredOutcome outcome) {
		return settle(attempt, new Settlement.Finish(outcome, operation.ttl()));
	}

	private Answer settle(AbandonedAttempt attempt, Settlement settlement) {
		RecordKey key = new RecordKey(attempt.scope(), attempt.operation(), attempt.key());
		try {
			return toAnswer(this.store.settle(key, attempt.fencingToken(), settlement));
		}
		finally {
			// also if only the reply was lost: at worst the authority is asked once more
			this.calls.detach(key);
		}
	}

	private static Answer toAnswer(OwnershipResult answer) {
		return (answer == OwnershipResult.CONFIRMED) ? Answer.SETTLED : Answer.CHANGED;
	}

}
