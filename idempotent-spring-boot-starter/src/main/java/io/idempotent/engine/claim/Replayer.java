package io.idempotent.engine.claim;

import io.idempotent.IdempotencyOutcome;
import io.idempotent.IdempotencySource;
import io.idempotent.IdempotentResult;
import io.idempotent.ResultUnavailableException;
import io.idempotent.engine.outcome.Outcomes;
import io.idempotent.engine.outcome.Replayable;
import io.idempotent.store.ClaimResult.Finished;
import org.jspecify.annotations.Nullable;

/**
 * Answers a duplicate from the record.
 */
public final class Replayer {

	private final Outcomes outcomes;

	public Replayer(Outcomes outcomes) {
		this.outcomes = outcomes;
	}

	/**
	 * Returns the recorded result, or throws the recorded failure.
	 */
	@SuppressWarnings({ "unchecked", "NullAway" }) // T and X are what the method declares
	public <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> replay(Call call, Replayable outcome,
			IdempotencySource source) throws X {
		Finished record = outcome.record();
		call.requireSamePayload(record.fingerprint(), source);
		if (record.outcome().failure()) {
			call.ended(IdempotencyOutcome.FAILURE_REPLAYED, source, record.attempt());
			throw (X) this.outcomes.toFailure(call.operation(), call.key(), record.outcome());
		}
		T value = (T) (outcome.shared() ? outcome.value() : decode(call, record, source));
		call.ended(IdempotencyOutcome.REPLAYED, source, record.attempt());
		return new IdempotentResult<>(value, true, record.attempt(), record.completedAt());
	}

	private @Nullable Object decode(Call call, Finished record, IdempotencySource source) {
		try {
			return this.outcomes.toResult(call.operation(), call.key(), record.outcome());
		}
		catch (ResultUnavailableException ex) {
			throw call.refused(ex, source);
		}
	}

}
