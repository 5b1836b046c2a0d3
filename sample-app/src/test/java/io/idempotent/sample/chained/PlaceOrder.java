package io.idempotent.sample.chained;

import java.io.IOException;
import java.time.Duration;

import io.idempotent.IdempotencyContext;
import io.idempotent.client.ExecuteResult;
import io.idempotent.client.IdempotencyClient;
import io.idempotent.client.IdempotencyClientInterceptor;
import io.idempotent.client.IdempotentRequest;
import io.idempotent.sample.SampleApplication;
import io.idempotent.web.IdempotentOperationHandler;
import tools.jackson.databind.JsonNode;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/**
 * The operation of service A: has a payment charged and a reward minted by service B.
 * Says so, and waits there to be killed or told to go on.
 */
class PlaceOrder implements IdempotentOperationHandler<PlaceOrder.Order, PlaceOrder.Placed> {

	private final RestClient rest;

	PlaceOrder(@Value("${b.port}") int port) {
		JdkClientHttpRequestFactory factory = new JdkClientHttpRequestFactory();
		factory.setReadTimeout(Duration.ofSeconds(10));
		this.rest = RestClient.builder()
			.baseUrl("http://127.0.0.1:" + port)
			.requestFactory(factory)
			.requestInterceptor(new IdempotencyClientInterceptor())
			.defaultHeaders((headers) -> headers.setBasicAuth("bob", "bob"))
			.build();
	}

	@Override
	public String name() {
		return "order.place";
	}

	@Override
	public Class<Order> payloadType() {
		return Order.class;
	}

	@Override
	public Placed handle(Order order) throws IOException {
		String key = IdempotencyContext.current().orElseThrow().keyFor("b");
		ExecuteResult<JsonNode> charge = new IdempotencyClient(this.rest).execute("payment.charge", key,
				new Payment(order.customer(), "1", 100, "visa"), JsonNode.class);
		ResponseEntity<JsonNode> reward = this.rest.post()
			.uri("/rewards/mint")
			.contentType(MediaType.APPLICATION_JSON)
			.attributes(IdempotentRequest.keyFor("b-reward"))
			.body(new Reward(order.customer(), 5))
			.retrieve()
			.toEntity(JsonNode.class);
		say("B has replayed: %s, %s".formatted(charge.replayed(), IdempotentRequest.isReplayed(reward.getHeaders())));
		if (System.in.read() < 0) {
			throw new IOException("nobody says how to go on");
		}
		return new Placed(charge.value(), reward.getBody());
	}

	/** On a line that the log does not have. */
	private static void say(String line) {
		System.out.println(ServiceA.SAYS + line);
	}

	/**
	 * Starts the sample application as service A, with this operation, and says its port.
	 */
	public static void main(String[] arguments) {
		SpringApplication application = new SpringApplication(SampleApplication.class, PlaceOrder.class);
		ConfigurableApplicationContext context = application.run(arguments);
		say(context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	record Order(String customer) {

	}

	record Placed(JsonNode charge, JsonNode reward) {

	}

	record Payment(String customer, String order, long amount, String card) {

	}

	record Reward(String to, int amount) {

	}

}
