package io.idempotent.web;

import java.util.UUID;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose a key is, over a real port with Spring Security.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class HandlerScopeTests {

	private final String key = UUID.randomUUID().toString();

	@Parameter
	private WebStack stack;

	@Test
	void usersWithOneKeyNeverSeeEachOthersAnswers() {
		try (WebNode node = WebNode.start(this.stack)) {
			Answer alices = node.post("/orders").key(this.key).body(TestClient.ORDER).send();
			Answer bobs = node.post("/orders").user("bob").key(this.key).body(TestClient.ORDER).send();
			assertThat(bobs.isReplayed()).isFalse();
			assertThat(bobs.body()).isNotEqualTo(alices.body());
			assertThat(node.post("/orders").user("bob").key(this.key).body(TestClient.ORDER).send().body())
				.isEqualTo(bobs.body());
			assertThat(node.handlers.runs("create")).isEqualTo(2);
		}
	}

	@Test
	void whoIsNotAuthenticatedReservesNothing() {
		try (WebNode node = WebNode.start(this.stack)) {
			assertThat(node.post("/orders").user("").key(this.key).body(TestClient.ORDER).send().status())
				.isEqualTo(401);
			assertThat(node.post("/orders").user("mallory").key(this.key).body(TestClient.ORDER).send().status())
				.isEqualTo(401);
			assertThat(node.post("/orders").key(this.key).body(TestClient.ORDER).send().isReplayed()).isFalse();
		}
	}

	@Test
	void anAnonymousRequestIsRefusedWithSpringSecurityUnlessTheyShareTheirKeys() {
		try (WebNode node = WebNode.start(this.stack)) {
			Answer refused = node.post("/open/orders").user("").key(this.key).body(TestClient.ORDER).send();
			assertThat(refused.status()).isEqualTo(400);
			assertThat(refused.body()).contains("key-invalid").doesNotContain("idempotent.");
		}
		try (WebNode node = WebNode.start(this.stack, "idempotent.web.anonymous=shared")) {
			Answer first = node.post("/open/orders").user("").key(this.key).body(TestClient.ORDER).send();
			assertThat(node.post("/open/orders").user("").key(this.key).body(TestClient.ORDER).send().isReplayed())
				.isTrue();
			Answer alices = node.post("/open/orders").key(this.key).body(TestClient.ORDER).send();
			assertThat(alices.isReplayed()).isFalse();
			assertThat(alices.body()).isNotEqualTo(first.body());
		}
	}

	@Test
	void whoLostARightToTheUrlGetsNoReplay() {
		try (WebNode node = WebNode.start(this.stack)) {
			assertThat(node.post("/admin/orders").user("admin").key(this.key).body(TestClient.ORDER).send().status())
				.isEqualTo(201);
			node.revoke("admin");
			assertThat(node.post("/admin/orders").user("admin").key(this.key).body(TestClient.ORDER).send().status())
				.isEqualTo(403);
		}
	}

	@Test
	void whoMayNotCallTheMethodReservesNothing() {
		try (WebNode node = WebNode.start(this.stack)) {
			assertThat(node.post("/denied").key(this.key).send().status()).isEqualTo(403);
			node.grant("alice");
			Answer granted = node.post("/denied").key(this.key).send();
			assertThat(granted.status()).isEqualTo(200);
			assertThat(granted.isReplayed()).isFalse();
		}
	}

}
