package io.idempotent.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

/**
 * One application with the execute API on a real port, on Tomcat or Netty, with users who
 * authenticate, and a client for it.
 */
final class ExecuteApiNode implements AutoCloseable {

	static final String PATH = "/v1/idempotency/execute";

	private final HttpClient client = HttpClient.newHttpClient();

	final ConfigurableApplicationContext context;

	final ExecuteApiOperations operations;

	private final String base;

	ExecuteApiNode(Stack stack, Address database, Class<?> source, String... properties) {
		this.context = application(stack, database, Application.class, source)
			.properties("idempotent.web.execute-api.enabled=true")
			.properties(properties)
			.run();
		this.operations = this.context.getBean(ExecuteApiOperations.class);
		this.base = "http://127.0.0.1:" + port();
	}

	ExecuteApiNode(Stack stack, Address database, String... properties) {
		this(stack, database, Application.class, properties);
	}

	static ExecuteApiNode start(Stack stack, String... properties) {
		return new ExecuteApiNode(stack, TestDatabase.H2.createEmpty(), properties);
	}

	static SpringApplicationBuilder application(Stack stack, Address database, Class<?>... sources) {
		return new SpringApplicationBuilder(sources).web(stack.type)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.user(),
					"spring.datasource.hikari.maximum-pool-size=10", "spring.jpa.open-in-view=false",
					"idempotent.jdbc.initialize-schema=always");
	}

	/** Executes an operation; by alice, unless said otherwise. */
	Request execute(String operation, String payload) {
		return new Request("{\"operation\": \"%s\", \"payload\": %s}".formatted(operation, payload));
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	Request post(String body) {
		return new Request(body);
	}

	@Override
	public void close() {
		this.operations.open();
		this.context.close();
	}

	/** The two kinds of web applications. */
	enum Stack {

		MVC(WebApplicationType.SERVLET), WEBFLUX(WebApplicationType.REACTIVE);

		private final WebApplicationType type;

		Stack(WebApplicationType type) {
			this.type = type;
		}

	}

	/** A request. */
	final class Request {

		private final List<String> headers = new ArrayList<>();

		private final String body;

		private String method = "POST";

		private String path = PATH;

		private String user = "alice";

		private String type = "application/json";

		private Request(String body) {
			this.body = body;
		}

		Request key(String key) {
			return header("Idempotency-Key", key);
		}

		Request header(String name, String value) {
			this.headers.add(name);
			this.headers.add(value);
			return this;
		}

		Request user(String user) {
			this.user = user;
			return this;
		}

		Request method(String method) {
			this.method = method;
			return this;
		}

		Request path(String path) {
			this.path = path;
			return this;
		}

		Request type(String type) {
			this.type = type;
			return this;
		}

		Answer send() {
			try {
				return new Answer(ExecuteApiNode.this.client.send(request(), BodyHandlers.ofByteArray()));
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}

		CompletableFuture<HttpResponse<byte[]>> sendAsync() {
			return ExecuteApiNode.this.client.sendAsync(request(), BodyHandlers.ofByteArray());
		}

		private HttpRequest request() {
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(ExecuteApiNode.this.base + this.path))
				.timeout(Duration.ofSeconds(30))
				.method(this.method, BodyPublishers.ofString(this.body));
			if (!this.type.isEmpty()) {
				request.header("Content-Type", this.type);
			}
			if (!this.user.isEmpty()) {
				request.header("Authorization", "Basic " + Base64.getEncoder()
					.encodeToString((this.user + ":password").getBytes(StandardCharsets.UTF_8)));
			}
			if (!this.headers.isEmpty()) {
				request.headers(this.headers.toArray(String[]::new));
			}
			return request.build();
		}

	}

	/** An answer. */
	record Answer(HttpResponse<byte[]> response) {

		int status() {
			return this.response.statusCode();
		}

		String body() {
			return new String(this.response.body(), StandardCharsets.UTF_8);
		}

		Optional<String> header(String name) {
			return this.response.headers().firstValue(name);
		}

		boolean isReplayed() {
			return this.response.headers().allValues("Idempotent-Replayed").equals(List.of("true"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Base.class, ExecuteApiOperations.class })
	static class Application {

	}

	/** Without operations. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ ServletSecurity.class, ReactiveSecurity.class })
	static class Base {

		/** One that takes no time, unlike those for real passwords. */
		@Bean
		PasswordEncoder passwordEncoder() {
			return new PasswordEncoder() {

				@Override
				public @Nullable String encode(@Nullable CharSequence password) {
					return (password != null) ? password.toString() : null;
				}

				@Override
				public boolean matches(@Nullable CharSequence password, @Nullable String encoded) {
					return password != null && password.toString().equals(encoded);
				}

			};
		}

		private static UserDetails user(String name) {
			return User.withUsername(name).password("password").roles("USER").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	static class ServletSecurity {

		@Bean
		SecurityFilterChain security(HttpSecurity http) throws Exception {
			return http.csrf((csrf) -> csrf.disable()).httpBasic((basic) -> {
			}).authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(Base.user("alice"), Base.user("bob"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	static class ReactiveSecurity {

		@Bean
		SecurityWebFilterChain security(ServerHttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable()).anonymous((anonymous) -> {
			}).httpBasic((basic) -> {
			}).authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll()).build();
		}

		@Bean
		MapReactiveUserDetailsService users() {
			return new MapReactiveUserDetailsService(Base.user("alice"), Base.user("bob"));
		}

	}

}
