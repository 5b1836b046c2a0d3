package io.idempotent.engine;

import io.idempotent.IdempotencySource;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.Acquisition.Result;
import org.jspecify.annotations.Nullable;

/**
 * Calls of methods that have their result when they return: the thread of the caller does
 * everything, and waits where the policy says so.
 */
final class BlockingCalls {

	private final LocalCache cache;

	private final InFlightTable table;

	private final Followers followers;

	private final Acquisition acquisition;

	private final Attempt attempt;

	private final Replay replay;

	BlockingCalls(LocalCache cache, InFlightTable table, Followers followers, Acquisition acquisition, Attempt attempt,
			Replay replay) {
		this.cache = cache;
		this.table = table;
		this.followers = followers;
		this.acquisition = acquisition;
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
				return lead(call, mine, method);
			}
			outcome = this.followers.follow(call, other);
			if (outcome != null) {
				return this.replay.answer(call, outcome, IdempotencySource.IN_FLIGHT);
			}
		}
	}

	private <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> lead(Call call, InFlight mine,
			ThrowingCallback<T, X> method) throws X {
		Result result = this.acquisition.acquire(call, mine);
		if (result instanceof Result.Owned owned) {
			return this.attempt.run(owned.execution(), method);
		}
		Result.Known known = (Result.Known) result;
		return this.replay.answer(call, known.outcome(), known.source());
	}

}
