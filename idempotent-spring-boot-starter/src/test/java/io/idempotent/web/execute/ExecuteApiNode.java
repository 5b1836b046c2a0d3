package io.idempotent.web.execute;

import io.idempotent.database.TestDatabase;
import io.idempotent.database.TestDatabase.Address;
import io.idempotent.web.BlockedThreads;
import io.idempotent.web.TestClient;
import io.idempotent.web.TestUsers;
import io.idempotent.web.WebStack;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

/**
 * One application with the execute API on a real port, on Tomcat or Netty, with users who
 * authenticate, which is also a client for it.
 */
public final class ExecuteApiNode extends TestClient implements AutoCloseable {

	public static final String PATH = "/v1/idempotency/execute";

	static {
		BlockedThreads.watch();
	}

	final ConfigurableApplicationContext context;

	final ExecuteApiOperations operations;

	private ExecuteApiNode(ConfigurableApplicationContext context) {
		super(context.getEnvironment().getRequiredProperty("local.server.port"));
		this.context = context;
		this.operations = context.getBean(ExecuteApiOperations.class);
	}

	public ExecuteApiNode(WebStack stack, Address database, Class<?> source, String... properties) {
		this(application(stack, database, Application.class, source)
			.properties("idempotent.web.execute-api.enabled=true")
			.properties(properties)
			.run());
	}

	public ExecuteApiNode(WebStack stack, Address database, String... properties) {
		this(stack, database, Application.class, properties);
	}

	public static ExecuteApiNode start(WebStack stack, String... properties) {
		return new ExecuteApiNode(stack, TestDatabase.H2.createEmpty(), properties);
	}

	public static SpringApplicationBuilder application(WebStack stack, Address database, Class<?>... sources) {
		return new SpringApplicationBuilder(sources).web(stack.type())
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"spring.datasource.url=" + database.url(), "spring.datasource.username=" + database.user(),
					"spring.datasource.hikari.maximum-pool-size=10", "spring.jpa.open-in-view=false",
					"idempotent.jdbc.initialize-schema=always");
	}

	/** Executes an operation; by alice, unless said otherwise. */
	public Request execute(String operation, String payload) {
		return execute("{\"operation\": \"%s\", \"payload\": %s}".formatted(operation, payload));
	}

	/** Sends a body that may have another shape. */
	public Request execute(String body) {
		return post(PATH).body(body);
	}

	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	@Override
	public void close() {
		this.operations.open();
		this.context.close();
		BlockedThreads.assertNone();
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Base.class, ExecuteApiOperations.class })
	public static class Application {

	}

	/** Without operations. */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ ServletSecurity.class, ReactiveSecurity.class, TestUsers.class })
	public static class Base {

		@Bean
		public PasswordEncoder passwordEncoder() {
			return TestUsers.encoder();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
	public static class ServletSecurity {

		@Bean
		public SecurityFilterChain security(HttpSecurity http) throws Exception {
			return http.csrf((csrf) -> csrf.disable()).httpBasic((basic) -> {
			}).authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
		}

		@Bean
		public UserDetailsService users(TestUsers users) {
			return users::find;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
	public static class ReactiveSecurity {

		@Bean
		public SecurityWebFilterChain security(ServerHttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable()).anonymous((anonymous) -> {
			}).httpBasic((basic) -> {
			}).authorizeExchange((exchanges) -> exchanges.anyExchange().permitAll()).build();
		}

		@Bean
		public ReactiveUserDetailsService users(TestUsers users) {
			return (name) -> Mono.fromSupplier(() -> users.find(name));
		}

	}

}
