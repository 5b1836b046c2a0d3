package io.idempotent.sample.reward;

import io.idempotent.AbandonedAttempt;
import io.idempotent.AbandonedExecutionResolver;
import io.idempotent.Resolution;
import io.idempotent.sample.chain.Chain;
import io.idempotent.sample.chain.Receipt;
import io.idempotent.web.RecordedResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * Asks the chain what became of a reward whose outcome nobody knows. To a handler without
 * {@code key} the result of a request is the whole answer.
 */
@Component
class RewardResolver implements AbandonedExecutionResolver {

	private final Chain chain;

	private final JsonMapper json;

	RewardResolver(Chain chain, JsonMapper json) {
		this.chain = chain;
		this.json = json;
	}

	@Override
	public boolean supports(String operation) {
		return operation.equals(RewardController.MINT);
	}

	@Override
	public Resolution resolve(AbandonedAttempt attempt) {
		return this.chain.find(attempt.keyFor("chain"))
			.map((receipt) -> Resolution.completed(answer(receipt)))
			.orElseGet(Resolution::notExecuted);
	}

	private RecordedResponse answer(Receipt receipt) {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		return RecordedResponse.of(HttpStatus.OK, headers, this.json.writeValueAsBytes(receipt));
	}

}
