package io.idempotent.web;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.idempotent.IdempotencyContext;
import io.idempotent.Idempotent;
import io.idempotent.autoconfigure.IdempotencyAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyStoreAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyWebAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyWebFluxAutoConfiguration;
import io.idempotent.autoconfigure.IdempotencyWebMvcAutoConfiguration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.DefaultMockMvcBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.WebApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

/**
 * With {@code idempotent.enabled=false} handlers derive from the key of their request
 * what they derive under the guard, and run each time.
 */
class SwitchedOffRequestsTests {

	private static final List<String> MODES = List.of("idempotent.enabled=false", "idempotent.store=memory");

	@Test
	void aHandlerOfMvcDerivesTheKeysThatItDerivesUnderTheGuard() {
		List<List<String>> keys = new ArrayList<>();
		for (String mode : MODES) {
			new WebApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, WebMvcAutoConfiguration.class,
						HttpMessageConvertersAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class,
						IdempotencyAutoConfiguration.class, IdempotencyWebAutoConfiguration.class,
						IdempotencyWebMvcAutoConfiguration.class))
				.withPropertyValues(mode, "idempotent.web.anonymous=shared")
				.withBean(Handlers.class)
				.withUserConfiguration(Routes.class)
				.run((context) -> keys.add(mvcKeys(context.getSourceApplicationContext())));
		}
		assertThat(keys.get(0)).doesNotContain("none").doesNotHaveDuplicates().isEqualTo(keys.get(1));
	}

	private static List<String> mvcKeys(ApplicationContext context) throws Exception {
		DefaultMockMvcBuilder builder = MockMvcBuilders.webAppContextSetup((WebApplicationContext) context);
		context.getBeansOfType(FilterRegistrationBean.class)
			.values()
			.forEach((filter) -> builder.addFilters(filter.getFilter()));
		MockMvc mvc = builder.build();
		List<String> keys = new ArrayList<>();
		for (String key : List.of("k-1", "\"k 2\"")) {
			for (String path : List.of("/pay", "/refund", "/route")) {
				keys.add(mvc.perform(post(path).header("Idempotency-Key", key))
					.andReturn()
					.getResponse()
					.getContentAsString());
			}
		}
		keys.add(mvc.perform(post("/pay").header("Idempotency-Key", "k-1").principal(() -> "ann"))
			.andReturn()
			.getResponse()
			.getContentAsString());
		return keys;
	}

	@Test
	void aHandlerOfWebFluxDerivesTheKeysThatItDerivesUnderTheGuard() {
		List<List<String>> keys = new ArrayList<>();
		for (String mode : MODES) {
			new ReactiveWebApplicationContextRunner()
				.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, WebFluxAutoConfiguration.class,
						IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class,
						IdempotencyWebAutoConfiguration.class, IdempotencyWebFluxAutoConfiguration.class))
				.withPropertyValues(mode, "idempotent.web.anonymous=shared")
				.withBean(ReactiveHandlers.class)
				.withUserConfiguration(ReactiveRoutes.class)
				.run((context) -> {
					WebTestClient client = WebTestClient.bindToApplicationContext(context.getSourceApplicationContext())
						.build();
					keys.add(List.of(answer(client, "/mono", "k-1"), answer(client, "/mono", "\"k 2\""),
							answer(client, "/flux", "k-1"), answer(client, "/route", "k-1"),
							answer(client, "/route", "\"k 2\"")));
				});
		}
		assertThat(keys.get(0)).doesNotContain("none").doesNotHaveDuplicates().isEqualTo(keys.get(1));
	}

	@Test
	void aRouteRunsEachTime() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, WebMvcAutoConfiguration.class,
					HttpMessageConvertersAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class,
					IdempotencyAutoConfiguration.class, IdempotencyWebAutoConfiguration.class,
					IdempotencyWebMvcAutoConfiguration.class))
			.withPropertyValues("idempotent.enabled=false")
			.withUserConfiguration(Routes.class)
			.run((context) -> {
				MockMvc mvc = MockMvcBuilders.webAppContextSetup(context).build();
				for (int run = 1; run <= 2; run++) {
					assertThat(mvc.perform(post("/counted").header("Idempotency-Key", "k"))
						.andReturn()
						.getResponse()
						.getContentAsString()).isEqualTo("run " + run);
				}
				assertThat(mvc.perform(post("/route")).andReturn().getResponse().getContentAsString())
					.isEqualTo("none");
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class Routes {

		@Bean
		org.springframework.web.servlet.function.RouterFunction<?> routes(IdempotentRoutes routes) {
			AtomicInteger runs = new AtomicInteger();
			return org.springframework.web.servlet.function.RouterFunctions.route()
				.POST("/route",
						(request) -> org.springframework.web.servlet.function.ServerResponse.ok().body(derived()))
				.POST("/counted",
						(request) -> org.springframework.web.servlet.function.ServerResponse.ok()
							.body("run " + runs.incrementAndGet()))
				.filter(routes.operation("route"))
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveRoutes {

		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<?> routes(ReactiveIdempotentRoutes routes) {
			return org.springframework.web.reactive.function.server.RouterFunctions.route()
				.POST("/route",
						(request) -> org.springframework.web.reactive.function.server.ServerResponse.ok()
							.body(derivedLater(), String.class))
				.filter(routes.operation("route"))
				.build();
		}

	}

	@Test
	void aRequestWithoutAKeyThatCanBeReadRunsWithoutAContext() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, WebMvcAutoConfiguration.class,
					HttpMessageConvertersAutoConfiguration.class, IdempotencyStoreAutoConfiguration.class,
					IdempotencyAutoConfiguration.class))
			.withPropertyValues("idempotent.enabled=false")
			.withBean(Handlers.class)
			.run((context) -> {
				MockMvc mvc = MockMvcBuilders.webAppContextSetup(context).build();
				for (String key : List.of("k,2", "\"open", " ")) {
					assertThat(mvc.perform(post("/pay").header("Idempotency-Key", key))
						.andReturn()
						.getResponse()
						.getContentAsString()).isEqualTo("none");
				}
				assertThat(mvc.perform(post("/pay")).andReturn().getResponse().getContentAsString()).isEqualTo("none");
			});
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, WebFluxAutoConfiguration.class,
					IdempotencyStoreAutoConfiguration.class, IdempotencyAutoConfiguration.class))
			.withPropertyValues("idempotent.enabled=false")
			.withBean(ReactiveHandlers.class)
			.run((context) -> {
				WebTestClient client = WebTestClient.bindToApplicationContext(context.getSourceApplicationContext())
					.build();
				assertThat(answer(client, "/mono", "k,2")).isEqualTo("none");
				assertThat(answer(client, "/mono", null)).isEqualTo("none");
			});
	}

	private static String answer(WebTestClient client, String path, String key) {
		return client.post().uri(path).headers((headers) -> {
			if (key != null) {
				headers.set("Idempotency-Key", key);
			}
		}).exchange().expectStatus().isOk().expectBody(String.class).returnResult().getResponseBody();
	}

	private static String derived() {
		return IdempotencyContext.current().map((context) -> context.keyFor("stripe")).orElse("none");
	}

	private static Mono<String> derivedLater() {
		String now = derived();
		return Mono.deferContextual((context) -> {
			IdempotencyContext current = context.getOrDefault(IdempotencyContext.class, null);
			String later = (current != null) ? current.keyFor("stripe") : "none";
			return Mono.just(now.equals(later) ? now : now + " is not " + later);
		});
	}

	@RestController
	static class Handlers {

		@Idempotent(operation = "pay")
		@PostMapping("/pay")
		String pay() {
			return derived();
		}

		@Idempotent(operation = "refund", scope = "'tenant'")
		@PostMapping("/refund")
		String refund() {
			return derived();
		}

	}

	@RestController
	static class ReactiveHandlers {

		@Idempotent(operation = "mono")
		@PostMapping("/mono")
		Mono<String> mono() {
			return derivedLater();
		}

		@Idempotent(operation = "flux")
		@PostMapping("/flux")
		Flux<String> flux() {
			return derivedLater().flux();
		}

	}

}
