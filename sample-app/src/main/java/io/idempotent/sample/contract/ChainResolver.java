package io.idempotent.sample.contract;

import io.idempotent.AbandonedAttempt;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.Resolution;
import io.idempotent.sample.chain.CallRejectedException;
import io.idempotent.sample.chain.Chain;

import org.springframework.stereotype.Component;

/**
 * Asks the chain what became of a call whose outcome nobody knows: after a timeout, or
 * after this application died in the middle of it.
 * <p>
 * "Not executed" must also mean "and will not be": the simulated chain has no call under
 * way that it does not know yet. A real one may, and its answer would have to be
 * "unknown" until that is excluded.
 */
@Component
class ChainResolver implements AbandonedExecutionResolver {

	private final Chain chain;

	ChainResolver(Chain chain) {
		this.chain = chain;
	}

	@Override
	public boolean supports(String operation) {
		return operation.startsWith("contract.");
	}

	@Override
	public Resolution resolve(AbandonedAttempt attempt) {
		try {
			return this.chain.find(attempt.keyFor("chain"))
				.map(Resolution::completed)
				.orElseGet(Resolution::notExecuted);
		}
		catch (CallRejectedException ex) {
			return Resolution.failed(ex);
		}
	}

}
