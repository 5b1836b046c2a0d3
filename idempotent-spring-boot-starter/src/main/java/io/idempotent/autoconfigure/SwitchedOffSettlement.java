package io.idempotent.autoconfigure;

import java.util.List;
import java.util.Optional;

import io.idempotent.AbandonedAttempt;
import io.idempotent.IdempotencyRecord;
import io.idempotent.IdempotencySettlement;
import org.jspecify.annotations.Nullable;

/**
 * The settlement of {@code idempotent.enabled=false}: an application that injects it
 * starts, and its callers are told that it is switched off. "There is none" would be
 * taken for an answer.
 */
final class SwitchedOffSettlement implements IdempotencySettlement {

	@Override
	public Optional<IdempotencyRecord> find(String scope, String operation, String key) {
		throw switchedOff();
	}

	@Override
	public List<AbandonedAttempt> findAbandoned(int limit) {
		throw switchedOff();
	}

	@Override
	public Answer settleCompleted(AbandonedAttempt attempt, @Nullable Object result) {
		throw switchedOff();
	}

	@Override
	public Answer settleFailed(AbandonedAttempt attempt, Throwable failure) {
		throw switchedOff();
	}

	@Override
	public Answer settleRetry(AbandonedAttempt attempt) {
		throw switchedOff();
	}

	@Override
	public Answer forget(IdempotencyRecord record) {
		throw switchedOff();
	}

	private static IllegalStateException switchedOff() {
		return new IllegalStateException(
				"Records are neither looked at nor settled, because 'idempotent.enabled' is false. "
						+ "Settle them on a node where it is true.");
	}

}
