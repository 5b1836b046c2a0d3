package io.idempotent.sample.client;

import java.util.UUID;

import io.idempotent.client.ClientSettings;
import io.idempotent.client.ExecuteResult;
import io.idempotent.client.IdempotencyClient;
import org.jspecify.annotations.Nullable;

import org.springframework.web.client.RestClient;

/**
 * Payments of one customer, each for an order of its own, through the execute API.
 */
final class Payments implements Writes {

	private final IdempotencyClient client;

	private final String customer;

	Payments(RestClient rest, ClientSettings settings, String customer) {
		this.client = new IdempotencyClient(rest, IdempotencyClient.DEFAULT_PATH, settings);
		this.customer = customer;
	}

	@Override
	public Answer send(int number) {
		Payment payment = new Payment(this.customer, "order-" + number, 100 + number, "visa");
		ExecuteResult<Charge> result = this.client.execute("payment.charge", UUID.randomUUID().toString(), payment,
				Charge.class);
		return new Answer(isFor(payment, result.value()), result.replayed());
	}

	private static boolean isFor(Payment payment, @Nullable Charge charge) {
		return charge != null && charge.customer().equals(payment.customer()) && charge.order().equals(payment.order())
				&& charge.amount() == payment.amount();
	}

	@Override
	public long effects(RestClient server) {
		return server.get()
			.uri("/payments?customer={customer}", this.customer)
			.retrieve()
			.requiredBody(Charge[].class).length;
	}

	@Override
	public String toString() {
		return "payments, IdempotencyClient";
	}

	private record Payment(String customer, String order, long amount, String card) {

	}

	private record Charge(String customer, String order, long amount) {

	}

}
