package io.idempotent.sample.reward;

import java.io.IOException;
import java.util.List;

import io.idempotent.Idempotent;
import io.idempotent.sample.chain.Receipt;
import io.idempotent.sample.security.ApiDescription;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/rewards")
@SecurityRequirement(name = ApiDescription.BASIC_AUTH)
class RewardController {

	static final String MINT = "reward.mint";

	private final RewardService service;

	private final Rewards rewards;

	RewardController(RewardService service, Rewards rewards) {
		this.service = service;
		this.rewards = rewards;
	}

	/**
	 * Mints a reward, once per user and key in the header {@code Idempotency-Key}. An
	 * answer of 503 says that nothing has happened, and the retry runs; after one of 504
	 * {@link RewardResolver} finds out.
	 */
	@PostMapping("/mint")
	@Idempotent(operation = MINT)
	Receipt mint(@RequestBody Reward reward) throws IOException {
		return this.service.mint(reward);
	}

	@GetMapping
	List<Rewards.Row> all() {
		return this.rewards.findAll();
	}

}
