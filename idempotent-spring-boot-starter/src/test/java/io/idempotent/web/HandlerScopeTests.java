package io.idempotent.web;

import java.util.UUID;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.WebNode.Answer;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose a key is, over a real port with Spring Security.
 */
class HandlerScopeTests {

	private final String key = UUID.randomUUID().toString();

	@Test
	void usersWithOneKeyNeverSeeEachOthersAnswers() {
		try (WebNode node = WebNode.start()) {
			Answer alices = node.post("/orders").key(this.key).body(WebNode.ORDER).send();
			Answer bobs = node.post("/orders").user("bob").key(this.key).body(WebNode.ORDER).send();
			assertThat(bobs.isReplayed()).isFalse();
			assertThat(bobs.body()).isNotEqualTo(alices.body());
			assertThat(node.post("/orders").user("bob").key(this.key).body(WebNode.ORDER).send().body())
				.isEqualTo(bobs.body());
			assertThat(node.handlers.runs("create")).isEqualTo(2);
		}
	}

	@Test
	void whoIsNotAuthenticatedReservesNothing() {
		try (WebNode node = WebNode.start()) {
			assertThat(node.post("/orders").user("").key(this.key).body(WebNode.ORDER).send().status()).isEqualTo(401);
			assertThat(node.post("/orders").user("mallory").key(this.key).body(WebNode.ORDER).send().status())
				.isEqualTo(401);
			assertThat(node.post("/orders").key(this.key).body(WebNode.ORDER).send().isReplayed()).isFalse();
		}
	}

	@Test
	void anAnonymousRequestIsRefusedWithSpringSecurityUnlessTheyShareTheirKeys() {
		try (WebNode node = WebNode.start()) {
			Answer refused = node.post("/open/orders").user("").key(this.key).body(WebNode.ORDER).send();
			assertThat(refused.status()).isEqualTo(400);
			assertThat(refused.body()).contains("key-invalid", "idempotent.web.anonymous");
		}
		try (WebNode node = WebNode.start("idempotent.web.anonymous=shared")) {
			Answer first = node.post("/open/orders").user("").key(this.key).body(WebNode.ORDER).send();
			assertThat(node.post("/open/orders").user("").key(this.key).body(WebNode.ORDER).send().isReplayed())
				.isTrue();
			Answer alices = node.post("/open/orders").key(this.key).body(WebNode.ORDER).send();
			assertThat(alices.isReplayed()).isFalse();
			assertThat(alices.body()).isNotEqualTo(first.body());
		}
	}

	@Test
	void whoLostARightToTheUrlGetsNoReplay() {
		try (WebNode node = WebNode.start()) {
			assertThat(node.post("/admin/orders").user("admin").key(this.key).body(WebNode.ORDER).send().status())
				.isEqualTo(201);
			node.revoke("admin");
			assertThat(node.post("/admin/orders").user("admin").key(this.key).body(WebNode.ORDER).send().status())
				.isEqualTo(403);
		}
	}

	@Test
	void whoMayNotCallTheMethodReservesNothing() {
		try (WebNode node = WebNode.start()) {
			assertThat(node.post("/denied").key(this.key).send().status()).isEqualTo(403);
			node.grant("alice");
			Answer granted = node.post("/denied").key(this.key).send();
			assertThat(granted.status()).isEqualTo(200);
			assertThat(granted.isReplayed()).isFalse();
		}
	}

	@Test
	void aResolverAddsTheTenant() {
		try (WebNode node = new WebNode(TestDatabase.H2.createEmpty(), Tenants.class)) {
			node.post("/orders").header("X-Tenant", "one").key(this.key).body(WebNode.ORDER).send();
			assertThat(node.post("/orders")
				.header("X-Tenant", "two")
				.key(this.key)
				.body(WebNode.ORDER)
				.send()
				.isReplayed()).isFalse();
			assertThat(node.post("/orders")
				.user("bob")
				.header("X-Tenant", "one")
				.key(this.key)
				.body(WebNode.ORDER)
				.send()
				.isReplayed()).isFalse();
			assertThat(node.post("/orders")
				.header("X-Tenant", "one")
				.key(this.key)
				.body(WebNode.ORDER)
				.send()
				.isReplayed()).isTrue();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Tenants {

		@Bean
		IdempotencyScopeResolver tenants() {
			return (invocation) -> ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes())
				.getRequest()
				.getHeader("X-Tenant");
		}

	}

}
