package io.idempotent.web;

import java.util.UUID;

import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Filters of an application between ours and the handler, over a real port.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class FilterTests {

	private static WebNode node;

	private final String key = UUID.randomUUID().toString();

	@Parameter
	WebStack stack;

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = new WebNode(stack, TestDatabase.H2.createEmpty(), TroubleFilters.class,
				"idempotent.web.max-body-size=1KB");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	private TestClient.Request order(String body) {
		return node.post("/orders").header(TroubleFilters.HEADER, "read").key(this.key).body(body);
	}

	@Test
	void aBodyThatAFilterHasReadIsComparedAllTheSame() {
		assertThat(order(TestClient.ORDER).send().status()).isEqualTo(201);
		assertThat(order(TestClient.ORDER).send().isReplayed()).isTrue();
		assertThat(order("{\"item\": \"book\", \"amount\": 500}").send().status()).isEqualTo(422);
	}

	@Test
	void aBodyThatAFilterHasReadMayBeTooLarge() {
		Answer answer = order("{\"item\": \"" + "x".repeat(2_000) + "\", \"amount\": 1}").send();
		assertThat(answer.status()).as(answer.body()).isEqualTo(413);
		assertThat(answer.body()).contains("body-too-large");
	}

	@Test
	void aFailureAfterTheHandlerDoesNotRunItAgain() {
		int before = node.handlers.runs("create");
		TestClient.Request request = node.post("/orders").key(this.key).body(TestClient.ORDER);
		assertThat(node.post("/orders")
			.header(TroubleFilters.HEADER, "fail after")
			.key(this.key)
			.body(TestClient.ORDER)
			.send()
			.status()).isEqualTo(500);
		Answer retry = request.send();
		assertThat(retry.status()).isEqualTo(409);
		assertThat(retry.body()).contains("result-unavailable");
		assertThat(node.handlers.runs("create")).isEqualTo(before + 1);
	}

}
