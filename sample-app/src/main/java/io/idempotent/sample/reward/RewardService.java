package io.idempotent.sample.reward;

import java.io.IOException;

import io.idempotent.IdempotencyContext;
import io.idempotent.sample.chain.Chain;
import io.idempotent.sample.chain.Receipt;

import org.springframework.stereotype.Service;

/**
 * Mints rewards on the chain.
 */
@Service
class RewardService {

	private final Rewards rewards;

	private final Chain chain;

	RewardService(Rewards rewards, Chain chain) {
		this.rewards = rewards;
		this.chain = chain;
	}

	/**
	 * Mints a reward, within a request that has a key.
	 */
	Receipt mint(Reward reward) throws IOException {
		// the same on every attempt, and RewardResolver asks for it
		String requestId = IdempotencyContext.current().orElseThrow().keyFor("chain");
		this.rewards.save(requestId, reward);
		return this.chain.submit(requestId, reward.workflowId(), "mint");
	}

}
