package io.idempotent.engine;

import java.util.concurrent.locks.LockSupport;

import io.idempotent.IdempotencySource;
import io.idempotent.IdempotentResult;
import io.idempotent.ThrowingCallback;
import io.idempotent.engine.claim.Admission;
import io.idempotent.engine.claim.Admissions;
import io.idempotent.engine.claim.Attempt;
import io.idempotent.engine.claim.Call;
import io.idempotent.engine.claim.InFlightWaiter;
import io.idempotent.engine.claim.Replayer;
import io.idempotent.engine.claim.Step;
import io.idempotent.engine.outcome.Replayable;
import org.jspecify.annotations.Nullable;

/**
 * Calls of methods that have their result when they return: the thread of the caller does
 * everything, and waits where the policy says so.
 *
 * @param admissions find out what is to be done
 * @param waiter waits for other calls of this JVM
 * @param replayer answers from the record
 * @param joined runs what is part of a transaction
 */
record BlockingCalls(Admissions admissions, InFlightWaiter waiter, Replayer replayer, JoinedAttempts joined) {

	<T extends @Nullable Object, X extends Throwable> IdempotentResult<T> answer(Call call,
			ThrowingCallback<T, X> method) throws X {
		Replayable cached = this.admissions.cache().get(call.key());
		if (cached != null) {
			return this.replayer.replay(call, cached, IdempotencySource.LOCAL);
		}
		Admission admission = new Admission(this.admissions, call);
		while (true) {
			Step step = admission.next();
			if (step instanceof Step.Own own) {
				Attempt attempt = own.attempt();
				return (attempt.joined() != null) ? this.joined.run(attempt, attempt.joined(), method)
						: run(attempt, method);
			}
			if (step instanceof Step.Replay replay) {
				return this.replayer.replay(call, replay.outcome(), replay.source());
			}
			if (step instanceof Step.Wait wait) {
				this.waiter.await(call, wait.call());
			}
			else if (step instanceof Step.Pause pause) {
				pause(call, admission, pause);
			}
			else {
				admission.decide((Step.Decide) step);
			}
		}
	}

	private void pause(Call call, Admission admission, Step.Pause pause) {
		LockSupport.parkNanos(this, pause.nanos());
		if (Thread.currentThread().isInterrupted()) {
			admission.giveUp();
			throw call.inProgress("This call was interrupted while it waited.", IdempotencySource.STORE);
		}
	}

	private static <T extends @Nullable Object, X extends Throwable> IdempotentResult<T> run(Attempt attempt,
			ThrowingCallback<T, X> method) throws X {
		attempt.begin();
		T value;
		try {
			value = attempt.call(method);
		}
		catch (Throwable failure) {
			attempt.recordFailure(failure, false);
			throw failure;
		}
		return attempt.recordResult(value);
	}

}
