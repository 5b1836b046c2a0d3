package io.idempotent.web;

import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

/**
 * What an application under test runs on.
 */
public enum WebStack {

	/** Spring MVC. */
	TOMCAT(WebApplicationType.SERVLET, ServletApplication.class),

	/** Spring WebFlux. */
	NETTY(WebApplicationType.REACTIVE, ReactiveApplication.class);

	private final WebApplicationType type;

	private final Class<?> application;

	WebStack(WebApplicationType type, Class<?> application) {
		this.type = type;
		this.application = application;
	}

	public WebApplicationType type() {
		return this.type;
	}

	public Class<?> application() {
		return this.application;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableMethodSecurity
	@EnableResilientMethods
	@Import({ Handlers.class, TestUsers.class })
	public static class ServletApplication {

		@Bean
		public SecurityFilterChain security(HttpSecurity http) throws Exception {
			return http.csrf((csrf) -> csrf.disable())
				.httpBasic(Customizer.withDefaults())
				.authorizeHttpRequests((requests) -> requests.requestMatchers("/open/**", "/error")
					.permitAll()
					.requestMatchers("/admin/**")
					.hasRole("ADMIN")
					.anyRequest()
					.authenticated())
				.build();
		}

		@Bean
		public PasswordEncoder passwordEncoder() {
			return TestUsers.encoder();
		}

		@Bean
		public UserDetailsService users(TestUsers users) {
			return users::find;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableReactiveMethodSecurity
	@EnableResilientMethods
	@Import({ ReactiveHandlers.class, TestUsers.class })
	public static class ReactiveApplication {

		@Bean
		public SecurityWebFilterChain security(ServerHttpSecurity http) {
			return http.csrf((csrf) -> csrf.disable())
				.httpBasic(Customizer.withDefaults())
				.anonymous(Customizer.withDefaults())
				.authorizeExchange((requests) -> requests.pathMatchers("/open/**")
					.permitAll()
					.pathMatchers("/admin/**")
					.hasRole("ADMIN")
					.anyExchange()
					.authenticated())
				.build();
		}

		@Bean
		public PasswordEncoder passwordEncoder() {
			return TestUsers.encoder();
		}

		@Bean
		public ReactiveUserDetailsService users(TestUsers users) {
			return (name) -> Mono.fromSupplier(() -> users.find(name));
		}

	}

}
