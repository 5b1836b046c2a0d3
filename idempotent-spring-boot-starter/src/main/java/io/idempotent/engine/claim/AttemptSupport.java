package io.idempotent.engine.claim;

import io.idempotent.engine.outcome.Outcomes;
import io.idempotent.engine.transaction.CallersTransactions;

/**
 * What attempts are carried out with.
 *
 * @param leases renews their leases
 * @param recorder records how they end
 * @param outcomes encodes what they come to
 * @param calls the calls of this JVM
 * @param callers the transactions that a method may be called in
 * @param events tells how their calls have ended
 * @param threads run what must not keep the present thread waiting
 */
public record AttemptSupport(Leases leases, AttemptRecorder recorder, Outcomes outcomes, InFlightCalls calls,
		CallersTransactions callers, Events events, EngineThreads threads) {
}
