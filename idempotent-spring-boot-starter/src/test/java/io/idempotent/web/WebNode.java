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

import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.provisioning.UserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/**
 * One application on a real port, with users who authenticate, and a client for it.
 */
final class WebNode implements AutoCloseable {

	static final String ORDER = "{\"item\": \"book\", \"amount\": 2}";

	private final HttpClient client = HttpClient.newHttpClient();

	final ConfigurableApplicationContext context;

	final Handlers handlers;

	private final String base;

	WebNode(Address database, Class<?> source, String... properties) {
		this.context = new SpringApplicationBuilder(Application.class, source).web(WebApplicationType.SERVLET)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.user(),
					"spring.datasource.hikari.maximum-pool-size=10", "spring.jpa.open-in-view=false",
					"idempotent.jdbc.initialize-schema=always")
			.properties(properties)
			.run();
		this.handlers = this.context.getBean(Handlers.class);
		this.base = "http://127.0.0.1:" + this.context.getEnvironment().getProperty("local.server.port");
	}

	WebNode(Address database, String... properties) {
		this(database, Application.class, properties);
	}

	static WebNode start(String... properties) {
		return new WebNode(TestDatabase.H2.createEmpty(), properties);
	}

	/** Takes all rights from a user. */
	void revoke(String user) {
		users().updateUser(Application.user(user, "NOBODY"));
	}

	void grant(String user) {
		users().updateUser(Application.user(user, "ADMIN"));
	}

	private UserDetailsManager users() {
		return this.context.getBean(UserDetailsManager.class);
	}

	Request post(String path) {
		return new Request("POST", path);
	}

	Request request(String method, String path) {
		return new Request(method, path);
	}

	@Override
	public void close() {
		this.handlers.open();
		this.context.close();
	}

	/** A request; by alice, with JSON, unless said otherwise. */
	final class Request {

		private final List<String> headers = new ArrayList<>();

		private final String method;

		private final String path;

		private String user = "alice";

		private String type = "application/json";

		private byte[] body = new byte[0];

		private Request(String method, String path) {
			this.method = method;
			this.path = path;
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

		Request body(String body) {
			return body(this.type, body.getBytes(StandardCharsets.UTF_8));
		}

		Request body(String type, byte[] body) {
			this.type = type;
			this.body = body;
			return this;
		}

		Answer send() {
			try {
				HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(WebNode.this.base + this.path))
					.timeout(Duration.ofSeconds(30))
					.method(this.method, BodyPublishers.ofByteArray(this.body))
					.header("Content-Type", this.type);
				if (!this.user.isEmpty()) {
					request.header("Authorization", "Basic " + Base64.getEncoder()
						.encodeToString((this.user + ":password").getBytes(StandardCharsets.UTF_8)));
				}
				if (!this.headers.isEmpty()) {
					request.headers(this.headers.toArray(String[]::new));
				}
				return new Answer(WebNode.this.client.send(request.build(), BodyHandlers.ofByteArray()));
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
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

		List<String> headers(String name) {
			return this.response.headers().allValues(name);
		}

		boolean isReplayed() {
			return header("Idempotent-Replayed").equals(Optional.of("true"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableMethodSecurity
	@EnableResilientMethods
	@Import(Handlers.class)
	static class Application {

		@Bean
		SecurityFilterChain security(HttpSecurity http) throws Exception {
			return http.csrf((csrf) -> csrf.disable()).httpBasic((basic) -> {
			})
				.authorizeHttpRequests((requests) -> requests.requestMatchers("/open/**", "/error")
					.permitAll()
					.requestMatchers("/admin/**")
					.hasRole("ADMIN")
					.anyRequest()
					.authenticated())
				.build();
		}

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

		@Bean
		InMemoryUserDetailsManager users() {
			return new InMemoryUserDetailsManager(user("alice", "USER"), user("bob", "USER"), user("admin", "ADMIN"));
		}

		private static UserDetails user(String name, String role) {
			return User.withUsername(name).password("password").roles(role).build();
		}

	}

}
