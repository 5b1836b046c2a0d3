package io.idempotent.engine.claim;

import java.util.List;

import com.github.benmanes.caffeine.cache.Ticker;
import io.idempotent.AbandonedAttempt;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.AbandonedPolicy;
import io.idempotent.IdempotencySource;
import io.idempotent.OutcomeUnknownException;
import io.idempotent.Resolution;
import io.idempotent.engine.operation.Operation;
import io.idempotent.engine.operation.ResultTypes;
import io.idempotent.engine.outcome.Outcomes;
import io.idempotent.store.ClaimResult;
import io.idempotent.store.Ownership;
import io.idempotent.store.OwnershipResult;
import io.idempotent.store.RecordKey;
import io.idempotent.store.Settlement;
import io.idempotent.store.StoredOutcome;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.ClassUtils;

/**
 * What to do about an attempt whose outcome nobody knows: first the resolver is asked,
 * then the policy decides.
 */
public final class AbandonedAttempts {

	private static final Logger logger = LoggerFactory.getLogger(AbandonedAttempts.class);

	private final GuardedStore authority;

	private final Leases leases;

	private final Outcomes outcomes;

	private final List<AbandonedExecutionResolver> resolvers;

	private final Ticker ticker;

	public AbandonedAttempts(GuardedStore authority, Leases leases, Outcomes outcomes,
			List<AbandonedExecutionResolver> resolvers, Ticker ticker) {
		this.authority = authority;
		this.leases = leases;
		this.outcomes = outcomes;
		this.resolvers = resolvers;
		this.ticker = ticker;
	}

	/**
	 * Decides about the attempt.
	 * @param mayReserve false inside of a transaction that may have locked the record, so
	 * that the resolver cannot be asked alone
	 * @return true to take it over, false to ask the authority again
	 * @throws OutcomeUnknownException if it is held
	 */
	boolean mayTakeOver(Call call, ClaimResult.Abandoned seen, boolean mayReserve) {
		Operation operation = call.operation();
		RecordKey key = call.key();
		AbandonedAttempt attempt = new AbandonedAttempt(key.scope(), key.operation(), key.key(), seen.attempt(),
				seen.fencingToken(), seen.claimedAt());
		String answer = "No AbandonedExecutionResolver bean supports it.";
		AbandonedExecutionResolver resolver = find(operation.name());
		if (resolver != null && !mayReserve) {
			throw call.refused(new OutcomeUnknownException(attempt,
					"%s is not asked inside of a transaction: call it outside of one.".formatted(name(resolver))),
					IdempotencySource.STORE);
		}
		if (resolver != null) {
			Resolution resolution = askAlone(resolver, attempt, new Ownership(key, seen.token()), operation);
			if (resolution == null) {
				return false;
			}
			if (resolution instanceof Resolution.NotExecuted) {
				return true;
			}
			StoredOutcome outcome = outcome(resolution, operation, resolver);
			if (outcome != null) {
				this.authority.settle(key, seen.fencingToken(), new Settlement.Finish(outcome, operation.ttl()));
				return false;
			}
			answer = "%s was asked and does not know.".formatted(name(resolver));
		}
		if (operation.onAbandoned() == AbandonedPolicy.RETRY) {
			return true;
		}
		throw call.refused(new OutcomeUnknownException(attempt, answer), IdempotencySource.STORE);
	}

	private @Nullable AbandonedExecutionResolver find(String operation) {
		return this.resolvers.stream().filter((resolver) -> supports(resolver, operation)).findFirst().orElse(null);
	}

	private static boolean supports(AbandonedExecutionResolver resolver, String operation) {
		try {
			return resolver.supports(operation);
		}
		catch (Throwable ex) {
			// also what it does not declare, as code in other languages may
			Outage.warn(logger, "%s failed when it was asked whether it supports operation '%s'"
				.formatted(name(resolver), operation), ex);
			return false;
		}
	}

	/**
	 * Asks while the record is reserved, so that nobody else asks at the same time.
	 * @return null if somebody else does
	 */
	private @Nullable Resolution askAlone(AbandonedExecutionResolver resolver, AbandonedAttempt attempt, Ownership seen,
			Operation operation) {
		long sentAt = this.ticker.read();
		if (this.authority.reserve(seen, operation.lease()) == OwnershipResult.LOST) {
			return null;
		}
		Lease reservation = new Lease(seen, operation.lease(), sentAt, () -> {
		});
		this.leases.hold(reservation);
		try {
			Resolution resolution = resolver.resolve(attempt);
			return (resolution != null) ? resolution : Resolution.unknown();
		}
		catch (Throwable ex) {
			Outage.warn(logger, "%s failed when it was asked about %s".formatted(name(resolver), attempt), ex);
			return Resolution.unknown();
		}
		finally {
			reservation.ending();
			this.leases.drop(reservation);
			this.authority.abandon(seen);
		}
	}

	private @Nullable StoredOutcome outcome(Resolution resolution, Operation operation,
			AbandonedExecutionResolver resolver) {
		if (resolution instanceof Resolution.Completed completed) {
			if (ResultTypes.isAssignable(operation.resultType(), completed.result())) {
				return this.outcomes.ofResult(operation, completed.result());
			}
			logger.error("{} answered with a {}, which is no result of operation '{}' ({}): taken as unknown",
					name(resolver), ClassUtils.getDescriptiveType(completed.result()), operation.name(),
					operation.resultType().getTypeName());
		}
		return (resolution instanceof Resolution.Failed failed) ? this.outcomes.ofFailure(operation, failed.failure())
				: null;
	}

	private static String name(AbandonedExecutionResolver resolver) {
		return ClassUtils.getUserClass(resolver).getName();
	}

}
