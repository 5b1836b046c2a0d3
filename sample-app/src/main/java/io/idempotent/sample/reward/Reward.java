package io.idempotent.sample.reward;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * What a client asks for.
 *
 * @param to who gets the reward, 1 to 42 letters, digits, dots, underscores and hyphens
 * @param amount how much, 1 to 1,000,000
 */
record Reward(String to, int amount) {

	Reward(@Nullable String to, int amount) {
		Assert.isTrue(to != null && to.matches("[A-Za-z0-9._-]{1,42}"),
				"'to' must be 1 to 42 letters, digits, dots, underscores and hyphens");
		Assert.isTrue(amount >= 1 && amount <= 1_000_000, "'amount' must be 1 to 1000000");
		this.to = to;
		this.amount = amount;
	}

	/** Under which the chain keeps it: no workflow id of a contract has a colon. */
	String workflowId() {
		return "reward:" + this.to;
	}

}
