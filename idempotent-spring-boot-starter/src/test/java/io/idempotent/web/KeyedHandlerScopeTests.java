package io.idempotent.web;

import java.security.Principal;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.Idempotent;
import io.idempotent.database.TestDatabase;
import io.idempotent.web.TestClient.Answer;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose record it is where a handler has a key of its own, over a real port with Spring
 * Security.
 */
@ParameterizedClass
@EnumSource(WebStack.class)
class KeyedHandlerScopeTests {

	private static WebNode node;

	@Parameter
	WebStack stack;

	private final String id = UUID.randomUUID().toString();

	@BeforeParameterizedClassInvocation
	static void start(WebStack stack) {
		node = new WebNode(stack, TestDatabase.H2.createEmpty(),
				(stack == WebStack.TOMCAT) ? ServletRefunds.class : ReactiveRefunds.class);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		node.close();
	}

	private Answer send(String path, String user) {
		return node.post("/refunds/" + path + "/" + this.id).user(user).header("X-Tenant", "acme").send();
	}

	@ParameterizedTest
	@ValueSource(strings = { "principal", "details", "request", "nobody", "later", "interface" })
	void whoIsForbiddenNeverGetsTheAnswerOfAnotherUser(String path) {
		assertThat(send(path, "bob").status()).isEqualTo(403);
		Answer alices = send(path, "alice");
		assertThat(alices.status()).as(alices.body()).isEqualTo(200);
		assertThat(send(path, "bob").status()).isEqualTo(403);
		assertThat(send(path, "alice").body()).isEqualTo(alices.body());
	}

	@Test
	void aRequestThatIsReadOnlyIsItsUsersAsWell() {
		String alices = node.request("GET", "/refunds/read/" + this.id).send().body();
		assertThat(alices).startsWith("alice");
		assertThat(node.request("GET", "/refunds/read/" + this.id).user("bob").send().body()).startsWith("bob");
		assertThat(node.request("GET", "/refunds/read/" + this.id).send().body()).isEqualTo(alices);
	}

	@Test
	void whoIsNotAuthenticatedHasOtherRecordsThanAUser() {
		String path = "/open/refunds/" + this.id;
		Answer nobodys = node.post(path).user("").send();
		assertThat(nobodys.body()).startsWith("nobody");
		Answer alices = node.post(path).send();
		assertThat(alices.body()).startsWith("alice");
		assertThat(node.post(path).user("").send().body()).isEqualTo(nobodys.body());
		assertThat(node.post(path).send().body()).isEqualTo(alices.body());
	}

	@Test
	void aTenantIsAddedToAPrincipalThatTheScopeLeavesOut() {
		Answer alices = send("tenant", "alice");
		assertThat(send("tenant", "bob").body()).isNotEqualTo(alices.body());
		assertThat(send("tenant", "alice").body()).isEqualTo(alices.body());
		assertThat(node.post("/refunds/tenant/" + this.id).header("X-Tenant", "other").send().body())
			.isNotEqualTo(alices.body());
	}

	@ParameterizedTest
	@ValueSource(strings = { "tenants", "shared" })
	void whatIsSharedOnPurposeIsAnsweredToEveryone(String path) {
		Answer alices = send(path, "alice");
		assertThat(alices.status()).as(alices.body()).isEqualTo(200);
		assertThat(send(path, "bob").body()).isEqualTo(alices.body());
	}

	@Test
	void aKeyInTheHeaderMayBeSharedOnPurpose() {
		Answer alices = node.post("/refunds/header").key(this.id).send();
		assertThat(alices.status()).as(alices.body()).isEqualTo(200);
		Answer bobs = node.post("/refunds/header").user("bob").key(this.id).send();
		assertThat(bobs.body()).isEqualTo(alices.body());
		assertThat(bobs.isReplayed()).isTrue();
	}

	@Test
	void aServiceThatTakesNoPrincipalHasNobodysRecords() {
		Answer alices = send("service", "alice");
		assertThat(send("service", "bob").body()).isEqualTo(alices.body());
	}

	@Test
	void aUserWhoseNameHasManyCharactersIsServed() {
		for (int length : new int[] { 1, 255, 3_000 }) {
			String name = "n".repeat(length - 1);
			node.context.getBean(TestUsers.class).put(name + "1", "USER");
			node.context.getBean(TestUsers.class).put(name + "2", "USER");
			for (String user : new String[] { name + "1", name + "2" }) {
				Answer first = node.post("/orders").user(user).key(this.id).body(TestClient.ORDER).send();
				assertThat(first.status()).as(first.body()).isEqualTo(201);
				assertThat(first.isReplayed()).isFalse();
				assertThat(node.post("/orders").user(user).key(this.id).body(TestClient.ORDER).send().isReplayed())
					.isTrue();
				assertThat(node.post("/refunds/read").path("/refunds/nobody/" + this.id).user(user).send().status())
					.isEqualTo(403);
			}
		}
	}

	static class Refunds {

		private final AtomicInteger runs = new AtomicInteger();

		String run(String name) {
			return name + " in run " + this.runs.incrementAndGet();
		}

		String refund(String name) {
			if (!name.equals("alice")) {
				throw new ResponseStatusException(HttpStatus.FORBIDDEN);
			}
			return run(name);
		}

		@Idempotent(key = "#id", operation = "service")
		public String service(String id) {
			return run("service");
		}

	}

	interface RefundApi {

		@Idempotent(key = "#id", operation = "interface")
		@PostMapping("/refunds/interface/{id}")
		String throughInterface(@PathVariable String id, Principal who);

	}

	interface ReactiveRefundApi {

		@Idempotent(key = "#id", operation = "interface")
		@PostMapping("/refunds/interface/{id}")
		Mono<String> throughInterface(@PathVariable String id, Mono<Principal> who);

	}

	@RestController
	static class ServletController implements RefundApi {

		private final Refunds refunds;

		ServletController(Refunds refunds) {
			this.refunds = refunds;
		}

		@Override
		public String throughInterface(String id, Principal who) {
			return this.refunds.refund(who.getName());
		}

		@Idempotent(key = "#id", operation = "principal")
		@PostMapping("/refunds/principal/{id}")
		String principal(@PathVariable String id, Principal who) {
			return this.refunds.refund(who.getName());
		}

		@Idempotent(key = "#id", operation = "details", payload = Idempotent.UNCHECKED)
		@PostMapping("/refunds/details/{id}")
		String details(@PathVariable String id, @AuthenticationPrincipal UserDetails who) {
			return this.refunds.refund(who.getUsername());
		}

		@Idempotent(key = "#id", operation = "request")
		@PostMapping("/refunds/request/{id}")
		String request(@PathVariable String id, HttpServletRequest request) {
			return this.refunds.refund(request.getRemoteUser());
		}

		@Idempotent(key = "#id", operation = "nobody")
		@PostMapping("/refunds/nobody/{id}")
		String nobody(@PathVariable String id) {
			return this.refunds.refund(current());
		}

		@Idempotent(key = "#id", operation = "later")
		@PostMapping("/refunds/later/{id}")
		CompletableFuture<String> later(@PathVariable String id) {
			String name = current();
			return CompletableFuture.supplyAsync(() -> this.refunds.refund(name));
		}

		@Idempotent(key = "#id", operation = "read")
		@GetMapping("/refunds/read/{id}")
		String read(@PathVariable String id) {
			return this.refunds.run(current());
		}

		@Idempotent(key = "#id", operation = "open")
		@PostMapping("/open/refunds/{id}")
		String open(@PathVariable String id) {
			String name = current();
			return this.refunds.run(name.equals("anonymousUser") ? "nobody" : name);
		}

		@Idempotent(key = "#id", operation = "tenant", scope = "#tenant")
		@PostMapping("/refunds/tenant/{id}")
		String tenant(@PathVariable String id, @RequestHeader("X-Tenant") String tenant, Principal who) {
			return this.refunds.run(who.getName());
		}

		@Idempotent(key = "#id", operation = "tenants", scope = "#tenant")
		@PostMapping("/refunds/tenants/{id}")
		String tenants(@PathVariable String id, @RequestHeader("X-Tenant") String tenant) {
			return this.refunds.run(current());
		}

		@Idempotent(key = "#id", operation = "shared", scope = Idempotent.UNSCOPED)
		@PostMapping("/refunds/shared/{id}")
		String shared(@PathVariable String id, Principal who, HttpServletRequest request) {
			return this.refunds.run(who.getName());
		}

		@Idempotent(operation = "header", scope = Idempotent.UNSCOPED)
		@PostMapping("/refunds/header")
		String header(Principal who) {
			return this.refunds.run(who.getName());
		}

		@PostMapping("/refunds/service/{id}")
		String service(@PathVariable String id, Principal who) {
			return this.refunds.service(id);
		}

		private static String current() {
			return SecurityContextHolder.getContext().getAuthentication().getName();
		}

	}

	@RestController
	static class ReactiveController implements ReactiveRefundApi {

		private final Refunds refunds;

		ReactiveController(Refunds refunds) {
			this.refunds = refunds;
		}

		@Override
		public Mono<String> throughInterface(String id, Mono<Principal> who) {
			return who.map((principal) -> this.refunds.refund(principal.getName()));
		}

		@Idempotent(key = "#id", operation = "principal")
		@PostMapping("/refunds/principal/{id}")
		String principal(@PathVariable String id, Principal who) {
			return this.refunds.refund(who.getName());
		}

		@Idempotent(key = "#id", operation = "details", payload = Idempotent.UNCHECKED)
		@PostMapping("/refunds/details/{id}")
		Mono<String> details(@PathVariable String id, @AuthenticationPrincipal Mono<UserDetails> who) {
			return who.map((user) -> this.refunds.refund(user.getUsername()));
		}

		@Idempotent(key = "#id", operation = "request")
		@PostMapping("/refunds/request/{id}")
		Mono<String> request(@PathVariable String id, Mono<Principal> principal) {
			return principal.map((who) -> this.refunds.refund(who.getName()));
		}

		@Idempotent(key = "#id", operation = "nobody")
		@PostMapping("/refunds/nobody/{id}")
		Mono<String> nobody(@PathVariable String id) {
			return current().map(this.refunds::refund);
		}

		@Idempotent(key = "#id", operation = "later")
		@PostMapping("/refunds/later/{id}")
		Flux<String> later(@PathVariable String id) {
			return current().map(this.refunds::refund).flux();
		}

		@Idempotent(key = "#id", operation = "read")
		@GetMapping("/refunds/read/{id}")
		Mono<String> read(@PathVariable String id) {
			return current().map(this.refunds::run);
		}

		@Idempotent(key = "#id", operation = "open")
		@PostMapping("/open/refunds/{id}")
		Mono<String> open(@PathVariable String id) {
			return current().map((name) -> this.refunds.run(name.equals("anonymousUser") ? "nobody" : name));
		}

		@Idempotent(key = "#id", operation = "tenant", scope = "#tenant")
		@PostMapping("/refunds/tenant/{id}")
		Mono<String> tenant(@PathVariable String id, @RequestHeader("X-Tenant") String tenant, Mono<Principal> who) {
			return who.map((principal) -> this.refunds.run(principal.getName()));
		}

		@Idempotent(key = "#id", operation = "tenants", scope = "#tenant")
		@PostMapping("/refunds/tenants/{id}")
		Mono<String> tenants(@PathVariable String id, @RequestHeader("X-Tenant") String tenant) {
			return current().map(this.refunds::run);
		}

		@Idempotent(key = "#id", operation = "shared", scope = Idempotent.UNSCOPED)
		@PostMapping("/refunds/shared/{id}")
		String shared(@PathVariable String id, Principal who) {
			return this.refunds.run(who.getName());
		}

		@Idempotent(operation = "header", scope = Idempotent.UNSCOPED)
		@PostMapping("/refunds/header")
		Mono<String> header(Principal who) {
			return Mono.fromSupplier(() -> this.refunds.run(who.getName()));
		}

		@PostMapping("/refunds/service/{id}")
		Mono<String> service(@PathVariable String id, Principal who) {
			return Mono.fromSupplier(() -> this.refunds.service(id)).subscribeOn(Schedulers.boundedElastic());
		}

		private static Mono<String> current() {
			return ReactiveSecurityContextHolder.getContext().map((context) -> context.getAuthentication().getName());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Refunds.class, ServletController.class })
	static class ServletRefunds {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Refunds.class, ReactiveController.class })
	static class ReactiveRefunds {

	}

}
