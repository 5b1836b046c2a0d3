package io.idempotent.engine.operation;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Set;

import io.idempotent.AbandonedPolicy;
import io.idempotent.InProgressPolicy;
import io.idempotent.engine.failure.FailureKind;
import io.idempotent.engine.failure.UnknownFailures;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.interceptor.TransactionAttribute;

/**
 * The settings of one operation, resolved once: nothing is left to default. Made by
 * {@link Operations#define}.
 *
 * @param name the name of the operation
 * @param resultType the full generic type of the result
 * @param shape how the method hands the result over
 * @param shareable whether all values of that type are deeply immutable, so that one may
 * be given to several callers
 * @param ttl how long the outcome is kept, from its completion
 * @param lease how long the owner may stay silent
 * @param onInProgress REJECT or WAIT
 * @param waitTimeout how long a duplicate waits at most
 * @param onAbandoned HOLD or RETRY
 * @param recordFailures exception types that are a final outcome
 * @param unknownFailures the failures that leave open what happened
 * @param detached whether the method runs outside of the transaction of its caller
 * @param joined the transaction that claim, method and outcome are part of, null if the
 * record is independent of it
 * @param compared what the payload consists of, for people
 */
public record Operation(String name, Type resultType, ResultShape shape, boolean shareable, Duration ttl,
		Duration lease, InProgressPolicy onInProgress, Duration waitTimeout, AbandonedPolicy onAbandoned,
		Set<Class<? extends Throwable>> recordFailures, UnknownFailures unknownFailures, boolean detached,
		@Nullable TransactionAttribute joined, String compared) {

	/**
	 * Whether the outcome is not known after a failure.
	 * @param failure the failure
	 * @return false for one that is an outcome, and for one after which there is none
	 */
	public boolean isUnknownAfter(Throwable failure) {
		return kindOf(failure) == FailureKind.AMBIGUOUS;
	}

	/**
	 * What a failure of the method says about its outcome.
	 */
	public FailureKind kindOf(Throwable failure) {
		return FailureKind.of(failure, this.recordFailures, this.unknownFailures);
	}

}
