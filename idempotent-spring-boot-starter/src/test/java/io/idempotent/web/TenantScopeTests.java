package io.idempotent.web;

import java.util.UUID;

import io.idempotent.IdempotencyScopeResolver;
import io.idempotent.database.TestDatabase;
import io.micrometer.context.ContextRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.server.WebFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application adds to the user whose key it is, over a real port.
 */
class TenantScopeTests {

	private final String key = UUID.randomUUID().toString();

	private void assertTenantsAreApart(WebNode node) {
		send(node, "alice", "one");
		assertThat(send(node, "alice", "two")).isFalse();
		assertThat(send(node, "bob", "one")).isFalse();
		assertThat(send(node, "alice", "one")).isTrue();
	}

	private boolean send(WebNode node, String user, String tenant) {
		TestClient.Answer answer = node.post("/orders")
			.user(user)
			.header("X-Tenant", tenant)
			.key(this.key)
			.body(TestClient.ORDER)
			.send();
		assertThat(answer.status()).as(answer.body()).isEqualTo(201);
		return answer.isReplayed();
	}

	@Test
	void aResolverAddsTheTenantOfTheServletRequest() {
		try (WebNode node = new WebNode(WebStack.TOMCAT, TestDatabase.H2.createEmpty(), ServletTenants.class)) {
			assertTenantsAreApart(node);
		}
	}

	@Test
	void aResolverAddsTheTenantOfTheReactorContextWhereThatIsPropagated() {
		ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", ReactiveTenants.CURRENT);
		try (WebNode node = new WebNode(WebStack.NETTY, TestDatabase.H2.createEmpty(), ReactiveTenants.class)) {
			assertTenantsAreApart(node);
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class ServletTenants {

		@Bean
		IdempotencyScopeResolver tenants() {
			return (invocation) -> ((ServletRequestAttributes) RequestContextHolder.currentRequestAttributes())
				.getRequest()
				.getHeader("X-Tenant");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveTenants {

		static final ThreadLocal<String> CURRENT = new ThreadLocal<>();

		@Bean
		@Order(-200)
		WebFilter tenantFilter() {
			return (exchange, chain) -> chain.filter(exchange)
				.contextWrite((context) -> context.put("tenant",
						String.valueOf(exchange.getRequest().getHeaders().getFirst("X-Tenant"))));
		}

		@Bean
		IdempotencyScopeResolver tenants() {
			return (invocation) -> CURRENT.get();
		}

	}

}
