package io.idempotent.sample.client;

import java.util.List;

import io.idempotent.client.ClientSettings;
import io.idempotent.client.IdempotencyClientInterceptor;
import io.idempotent.client.IdempotentRequest;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.client.RestClient;

/**
 * Rewards, each for a recipient of its own, through an ordinary handler.
 */
final class Rewards implements Writes {

	private final RestClient client;

	private final String recipients;

	/**
	 * Creates the rewards.
	 * @param recipients what the names of their recipients begin with
	 */
	Rewards(RestClient rest, ClientSettings settings, String recipients) {
		this.client = rest.mutate()
			// the first: the others see each attempt
			.requestInterceptors((all) -> all.add(0, new IdempotencyClientInterceptor(settings)))
			.build();
		this.recipients = recipients;
	}

	@Override
	public Answer send(int number) {
		Reward reward = new Reward(this.recipients + "-" + number, 5);
		ResponseEntity<Receipt> answer = this.client.post()
			.uri("/rewards/mint")
			.contentType(MediaType.APPLICATION_JSON)
			.attributes(IdempotentRequest.randomKey())
			.body(reward)
			.retrieve()
			.toEntity(Receipt.class);
		Receipt receipt = answer.getBody();
		return new Answer(receipt != null && receipt.workflowId().equals("reward:" + reward.to()),
				IdempotentRequest.isReplayed(answer.getHeaders()));
	}

	@Override
	public long effects(RestClient server) {
		return server.get()
			.uri("/chain/received")
			.retrieve()
			.requiredBody(Received.class)
			.calls()
			.stream()
			.filter((call) -> call.workflowId().startsWith("reward:" + this.recipients + "-"))
			.count();
	}

	@Override
	public String toString() {
		return "rewards, RestClient with interceptor";
	}

	private record Reward(String to, int amount) {

	}

	private record Receipt(String workflowId) {

	}

	private record Received(List<Receipt> calls) {

	}

}
